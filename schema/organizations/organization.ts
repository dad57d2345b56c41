import type { Context, Scope as ScopeName } from '../../src/context.ts';
import {
  type ApiKeyRow,
  countApiKeys,
  findApiKeysByIds,
  listApiKeys,
} from '../../src/organizations/keys.repository.ts';
import {
  getOrganization,
  getPlan,
  type OrganizationRow,
  type Plan as PlanShape,
} from '../../src/organizations/organizations.repository.ts';
import { builder } from '../core/builder.ts';
import { callerOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { registerNode } from '../core/node.ts';

const PlanName = builder.enumType('PlanName', {
  description: 'What is agreed with the operator of the server. More may come.',
  values: {
    FREE: { description: 'To try it.' },
    STARTER: { description: 'Small.' },
    GROWTH: { description: 'Medium.' },
    PRO: { description: 'Large.' },
    SCALE: { description: 'Largest.' },
    UNLIMITED: { description: 'A server of your own.' },
  } as const,
});

const Plan = builder.objectRef<PlanShape>('Plan').implement({
  description: 'What an organisation may do.',
  fields: (t) => ({
    name: t.field({ type: PlanName, description: 'Of the plan.', resolve: (plan) => plan.name as never }),
    maxBatchSize: t.exposeInt('maxBatchSize', { description: 'Images in one batch.' }),
    requestCostPerMinute: t.exposeInt('requestCostPerMinute', { description: 'Cost of operations in a minute.' }),
    maxStorageBytes: t.exposeFloat('maxStorageBytes', { nullable: true, description: 'Bytes; null: no limit.' }),
  }),
});

export const Scope = builder.enumType('Scope', {
  description: 'What a key may do; WRITE implies READ, and ADMIN implies both.',
  values: {
    READ: { description: 'Queries and subscriptions.' },
    WRITE: { description: 'Mutations.' },
    ADMIN: { description: 'Keys, retention and engines.' },
  } as const,
});

/** A key by its row or its id (a UUID), which is loaded with others. */
export const ApiKey = builder.loadableNodeRef('ApiKey', {
  id: { resolve: (key: ApiKeyRow) => key.id },
  load: (ids: string[], context) => findApiKeysByIds(context.app.db, organizationOf(context), ids),
  toKey: (key) => key.id,
  sort: true,
});

ApiKey.implement({
  description: 'What lets a program in. The secret itself is shown once, when it is made.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For people.' }),
    prefix: t.exposeString('prefix', { description: 'First characters of the secret, to recognise it.' }),
    scopes: t.field({ type: [Scope], description: 'What it may do.', resolve: (key) => key.scopes as ScopeName[] }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was made.', resolve: (key) => key.created_at }),
    lastUsedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'To the minute; null: never.',
      resolve: (key) => key.last_used_at,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ceases to work; null: never.',
      resolve: (key) => key.expires_at,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null: it was not.',
      resolve: (key) => key.revoked_at,
    }),
  }),
});

/** Other keys than one's own are for administrators. */
registerNode('ApiKey', async (context, id) => {
  const { apiKeyId, scopes } = callerOf(context);
  return id === apiKeyId || scopes.has('ADMIN') ? ApiKey.getDataloader(context).load(id) : null;
});

const ApiKeyConnection = connectionType('ApiKey', ApiKey);

export const Organization = builder.objectRef<OrganizationRow>('Organization');
builder.node(Organization, {
  id: { resolve: (organization) => organization.id },
  description: 'A tenant: everything read or written with a key belongs to its organisation.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'For people.' }),
    plan: t.field({
      type: Plan,
      description: 'What it may do.',
      resolve: (organization, _args, { app }) => getPlan(app.db, organization.id),
    }),
    apiKeys: t.field({
      type: ApiKeyConnection,
      description: 'Its keys, newest first, revoked and expired ones included; needs scope ADMIN.',
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

registerNode('Organization', async (context, id) =>
  id === organizationOf(context) ? loadOwnOrganization(context) : null,
);

const Viewer = builder.objectRef<Record<string, never>>('Viewer').implement({
  description: 'Who is asking.',
  fields: (t) => ({
    organization: t.field({
      type: Organization,
      description: 'Whose data the key sees.',
      resolve: (_viewer, _args, context) => loadOwnOrganization(context),
    }),
    apiKey: t.field({
      type: ApiKey,
      description: 'The key that the request carries.',
      resolve: (_viewer, _args, context) => callerOf(context).apiKeyId,
    }),
  }),
});

builder.queryField('viewer', (t) => t.field({ type: Viewer, description: 'Who is asking.', resolve: () => ({}) }));
