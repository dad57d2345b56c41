import type { Scope as ScopeName } from '../../src/context.ts';
import { encodeId } from '../../src/ids.ts';
import {
  countSessionTokens,
  findSessionTokens,
  listSessionTokens,
  type SessionTokenRow,
} from '../../src/organizations/session-tokens.repository.ts';
import { builder } from '../core/builder.ts';
import { callerOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { ApiKey, Scope, Viewer } from './organization.ts';

export const SessionToken = builder.loadableNodeRef(
  'SessionToken',
  rowsById((ids, context) => findSessionTokens(context.app.db, organizationOf(context), ids)),
);

SessionToken.implement({
  description:
    'A secret for a browser or a screen. It works wherever an API key works, allows at most what its key allows, and ends with it. Its secret is shown once, when the token is created.',
  fields: (t) => ({
    scopes: t.field({
      type: [Scope],
      description: 'What the token allows.',
      resolve: (token) => token.scopes as ScopeName[],
    }),
    taskIds: t.idList({
      nullable: true,
      description: 'The tasks that the token is limited to. Null: it is not limited to tasks.',
      resolve: ({ task_ids }) => task_ids?.map((id) => encodeId('task', id)) ?? null,
    }),
    placeIds: t.exposeStringList('place_ids', {
      nullable: true,
      description: 'The places that the token is limited to. Null: it is not limited to places.',
    }),
    actor: t.exposeString('actor', {
      nullable: true,
      description: 'Whom the token stands for, as given when it was created. Null if it was not given.',
    }),
    singleUse: t.exposeBoolean('single_use', {
      description: 'Whether it is the secret of a sign-in link, which can create one other token and do nothing else.',
    }),
    apiKey: t.field({
      type: ApiKey,
      description: 'The API key that created the token. The token ends when the key is revoked or expires.',
      resolve: (token) => token.api_key_id,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the token was created.',
      resolve: (token) => token.created_at,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the token expires, unless its key ends earlier.',
      resolve: (token) => token.expires_at,
    }),
    revokedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the token was revoked, or a sign-in link used. Null if it has not been.',
      resolve: (token) => token.revoked_at,
    }),
  }),
});

/** A token that is not the caller's own requires the scope ADMIN. */
registerNode(
  'SessionToken',
  async (context, id) => {
    const { session, scopes } = callerOf(context);
    return id === session?.tokenId || scopes.has('ADMIN') ? SessionToken.getDataloader(context).load(id) : null;
  },
  { permits: ['NARROWED'] },
);

const SessionTokenConnection = connectionType<SessionTokenRow>('SessionToken', SessionToken);

builder.queryField('sessionTokens', (t) =>
  t.field({
    type: SessionTokenConnection,
    description:
      'The session tokens of the organisation, newest first, including revoked ones. A token is removed a day after it has expired. Requires the scope ADMIN.',
    authScopes: { admin: true },
    args: pageArgs(t.arg),
    complexity: pageComplexity,
    resolve: (_root, page, context) => {
      const organizationId = organizationOf(context);
      return connect(page, idKey<SessionTokenRow>('sessionTokens'), {
        load: (keyset) => listSessionTokens(context.app.db, organizationId, keyset),
        count: () => countSessionTokens(context.app.db, organizationId),
      });
    },
  }),
);

builder.objectField(Viewer, 'sessionToken', (t) =>
  t.field({
    type: SessionToken,
    nullable: true,
    description: 'The session token of the request. Null if an API key was sent.',
    resolve: (_viewer, _args, context) => callerOf(context).session?.tokenId ?? null,
  }),
);
