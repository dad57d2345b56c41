import { getOrganization } from '../../src/organizations/organizations.repository.ts';
import { createSessionToken } from '../../src/session-tokens/create-token.ts';
import type { CreatedToken } from '../../src/session-tokens/issue-token.ts';
import { revokeSessionToken } from '../../src/session-tokens/revoke-token.ts';
import { longestSessionSeconds, longestViewSeconds } from '../../src/session-tokens/token-rules.ts';
import { mostNarrowedTo } from '../../src/shared/narrowing.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { callerOf, mayDo, organizationOf, unauthorized } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { Organization, Scope } from './organization.ts';
import { SessionToken } from './session-token.ts';

const CreateSessionTokenInput = builder.inputType('CreateSessionTokenInput', {
  description: 'What a session token allows, and for how long.',
  fields: (t) => ({
    scopes: t.field({
      type: [Scope],
      required: true,
      description:
        'What the token allows; at least one scope, and none that the API key does not allow. ADMIN only without taskIds and placeIds.',
    }),
    expiresInSeconds: t.int({
      required: true,
      defaultValue: 3600,
      description: `Seconds until the token expires, 1 to ${longestSessionSeconds} (24 hours). A token for a screen, with READ as its only scope and with taskIds or placeIds, may last up to ${longestViewSeconds} (90 days).`,
    }),
    taskIds: t.idList({
      description: `Limits the token to these tasks, 1 to ${mostNarrowedTo}: it sees nothing of others. Default: no limit.`,
    }),
    placeIds: t.stringList({
      description: `Limits the token to these places, 1 to ${mostNarrowedTo}: it sees nothing of others, and nothing without a place. Default: no limit.`,
    }),
    actor: t.string({
      description:
        'Whom the token stands for, 1 to 255 characters, for example a user name of yours. It is shown with the token, kept with the analyses that are submitted with it (`Analysis.actor`), and written to the log of the server with every mutation.',
    }),
  }),
});

const CreateSessionTokenPayload = builder.objectRef<CreatedToken>('CreateSessionTokenPayload').implement({
  description: 'The session token was created.',
  fields: (t) => ({
    sessionToken: t.field({ type: SessionToken, description: 'The token.', resolve: ({ token }) => token }),
    secret: t.exposeString('secret', {
      description:
        'The secret, to be sent wherever an API key can be sent. It begins with `sls_` and is shown only once.',
    }),
    organization: t.field({
      type: Organization,
      description:
        'The organisation whose data the token reads: a page can say whose session it is without another request.',
      resolve: ({ token }, _args, context) => getOrganization(context.app.db, token.organization_id),
    }),
  }),
});

const CreateSessionTokenResult = resultUnion('CreateSessionTokenResult', {
  description:
    'The token with its secret, or the reason why it was not created. NotFoundError: one of the tasks does not exist.',
  success: CreateSessionTokenPayload,
  errors: [ValidationError, NotFoundError],
});

builder.mutationField('createSessionToken', (t) =>
  t.field({
    type: CreateSessionTokenResult,
    description:
      'Creates a secret for a browser or a screen, which can be given to a person or device that must not have the API key. Any key can create tokens that allow at most what the key allows. A session token cannot create another one: before it expires, get a new one with the key, connect again, and resume from the last cursor.',
    skipTypeScopes: true,
    authScopes: { read: true },
    permits: ['SIGN_IN'],
    args: { input: t.arg({ type: CreateSessionTokenInput, required: true, description: 'The token to create.' }) },
    resolve: (_root, { input }, context) =>
      createSessionToken(context.app.db, callerOf(context), {
        scopes: input.scopes,
        expiresInSeconds: input.expiresInSeconds,
        taskIds: givenIds('task', input.taskIds) ?? null,
        placeIds: input.placeIds ?? null,
        actor: input.actor ?? null,
      }),
  }),
);

const RevokeSessionTokenResult = resultUnion('RevokeSessionTokenResult', {
  description: 'The revoked token. NotFoundError: there is no such token.',
  success: SessionToken,
  errors: [NotFoundError],
});

builder.mutationField('revokeSessionToken', (t) =>
  t.field({
    type: RevokeSessionTokenResult,
    description:
      'Revokes a session token for good, for example when a user signs out. Requires the scope ADMIN, unless it is the token of the request. Requests with the token are rejected within 10 seconds, and its open connections end within 30 seconds (WebSockets with code 4403). Revoking a token again changes nothing.',
    skipTypeScopes: true,
    authScopes: { read: true },
    permits: ['NARROWED'],
    args: { id: t.arg.id({ required: true, description: 'The token to revoke.' }) },
    resolve: async (_root, args, context) => {
      const { text, uuid } = givenId('sessionToken', args.id);
      const isOwn = uuid !== null && uuid === callerOf(context).session?.tokenId;
      if (!isOwn && !mayDo(context, 'ADMIN')) throw unauthorized(context, 'Mutation.revokeSessionToken');
      if (uuid === null) throw new NotFoundError(text);
      return revokeSessionToken(context.app.db, organizationOf(context), uuid);
    },
  }),
);
