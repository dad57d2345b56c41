import type { Context, Scope as ScopeName } from '../../src/context.ts';
import {
  type ApiKeyRow,
  countApiKeys,
  findApiKeysByIds,
  listApiKeys,
} from '../../src/organizations/keys.repository.ts';
import { getOrganization, getPlan, type OrganizationRow } from '../../src/organizations/organizations.repository.ts';
import { type PlanKind, type Plan as PlanShape, planKind } from '../../src/organizations/plan.ts';
import { builder } from '../core/builder.ts';
import { callerOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';

const PlanName = builder.enumType('PlanName', {
  description: 'The plan that the operator of the server has assigned. More values may be added.',
  values: {
    FREE: { description: 'For evaluation.' },
    STARTER: { description: 'For small volumes.' },
    GROWTH: { description: 'For medium volumes.' },
    PRO: { description: 'For large volumes.' },
    SCALE: { description: 'For the largest volumes.' },
    UNLIMITED: { description: 'Without limits on usage, for your own server.' },
    CUSTOM: { description: 'A plan that the operator has defined; `Plan.label` is its name.' },
  } as const satisfies Record<PlanKind, { description: string }>,
});

const Plan = builder.objectRef<PlanShape>('Plan').implement({
  description: 'The limits of an organisation.',
  fields: (t) => ({
    name: t.field({
      type: PlanName,
      description: 'Which of the known plans it is; CUSTOM for a plan of the operator.',
      resolve: (plan) => planKind(plan.name),
    }),
    label: t.exposeString('name', { description: 'The name of the plan as the operator gave it.' }),
    maxBatchSize: t.exposeInt('maxBatchSize', { description: 'Maximum number of images in one batch.' }),
    requestCostPerMinute: t.exposeInt('requestCostPerMinute', {
      description: 'Query cost that operations may use per minute.',
    }),
    maxStorageBytes: t.exposeFloat('maxStorageBytes', {
      nullable: true,
      description: 'Maximum number of bytes stored. Null: no limit.',
    }),
    maxVideoBytes: t.exposeFloat('maxVideoBytes', {
      nullable: true,
      description: "Maximum number of bytes of a video. Null: the server's limit applies.",
    }),
    maxVideoSeconds: t.exposeInt('maxVideoSeconds', {
      nullable: true,
      description: "Maximum duration of a video in seconds. Null: the server's limit applies.",
    }),
  }),
});

export const Scope = builder.enumType('Scope', {
  description:
    'What an API key allows. Each scope includes those before it: READ, WRITE, TEACH, ADMIN. ORIGINALS stands beside them: of these, only ADMIN includes it.',
  values: {
    READ: { description: 'Queries and subscriptions.' },
    WRITE: { description: 'Mutations.' },
    TEACH: {
      description:
        'Corrections that count at once, and approveCorrections. Without it, correctDetections only proposes corrections.',
    },
    ADMIN: { description: 'API keys, retention and details of engines.' },
    ORIGINALS: {
      description:
        'The original bytes of images in which a task hides people (Task.privacy), or whose EXIF data has a position (GPS) or a serial number. Without it, Image.url leads to a rendition without them.',
    },
  } as const,
});

/** A key: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. */
export const ApiKey = builder.loadableNodeRef(
  'ApiKey',
  rowsById((ids, context) => findApiKeysByIds(context.app.db, organizationOf(context), ids)),
);

ApiKey.implement({
  description: 'An API key. Its secret is shown once, when the key is created.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name for people.' }),
    prefix: t.exposeString('prefix', { description: 'The first characters of the secret, to tell keys apart.' }),
    scopes: t.field({
      type: [Scope],
      description: 'What the key allows.',
      resolve: (key) => key.scopes as ScopeName[],
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the key was created.',
      resolve: (key) => key.created_at,
    }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the key was last used, to the minute. Null: never.',
      resolve: (key) => key.last_used_at,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the key expires. Null: never.',
      resolve: (key) => key.expires_at,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the key was revoked. Null if it has not been.',
      resolve: (key) => key.revoked_at,
    }),
  }),
});

/** A key that is not the caller's own requires the scope ADMIN. */
registerNode(
  'ApiKey',
  async (context, id) => {
    const { apiKeyId, scopes } = callerOf(context);
    return id === apiKeyId || scopes.has('ADMIN') ? ApiKey.getDataloader(context).load(id) : null;
  },
  { permits: ['NARROWED'] },
);

const ApiKeyConnection = connectionType('ApiKey', ApiKey);

export const Organization = builder.objectRef<OrganizationRow>('Organization');
builder.node(Organization, {
  id: { resolve: (organization) => organization.id },
  description: 'A tenant. Everything that a key can read or write belongs to the organisation of the key.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name for people.' }),
    plan: t.field({
      type: Plan,
      description: 'The limits of the organisation.',
      resolve: (organization, _args, { app }) => getPlan(app.db, organization.id),
    }),
    apiKeys: t.field({
      type: ApiKeyConnection,
      description: 'The API keys, newest first, including revoked and expired ones. Requires the scope ADMIN.',
      authScopes: { admin: true },
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: (organization, page, { app }) =>
        connect(page, idKey<ApiKeyRow>('apiKeys'), {
          load: (keyset) => listApiKeys(app.db, organization.id, keyset),
          count: () => countApiKeys(app.db, organization.id),
        }),
    }),
  }),
});

const loadOwnOrganization = (context: Context) => getOrganization(context.app.db, organizationOf(context));

registerNode(
  'Organization',
  async (context, id) => (id === organizationOf(context) ? loadOwnOrganization(context) : null),
  { permits: ['NARROWED'] },
);

export const Viewer = builder.objectRef<Record<string, never>>('Viewer').implement({
  description: 'The organisation, the API key and the session token behind a request.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      description: 'The organisation of the key.',
      resolve: (_viewer, _args, context) => loadOwnOrganization(context),
    }),
    apiKey: t.field({
      type: ApiKey,
      description: 'The API key of the request. With a session token: the key that the token was created with.',
      resolve: (_viewer, _args, context) => callerOf(context).apiKeyId,
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    permits: ['NARROWED'],
    description: 'The organisation, the API key and the session token behind this request.',
    resolve: () => ({}),
  }),
);
