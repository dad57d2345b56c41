import type { ApiKeyRow } from '../../src/organizations/keys.repository.ts';
import { createKey, revokeKey } from '../../src/organizations/keys.service.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { ApiKey, Scope } from './organization.ts';

const CreateApiKeyPayload = builder.objectRef<{ key: ApiKeyRow; secret: string }>('CreateApiKeyPayload').implement({
  description: 'The key was created.',
  fields: (t) => ({
    apiKey: t.field({ type: ApiKey, description: 'The key.', resolve: ({ key }) => key }),
    secret: t.exposeString('secret', {
      description: 'The secret that programs send in the header X-API-Key. It is shown only once: store it.',
    }),
  }),
});

const CreateApiKeyResult = resultUnion('CreateApiKeyResult', {
  description: 'The key with its secret, or the reason why it was not created.',
  success: CreateApiKeyPayload,
  errors: [ValidationError],
});

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: CreateApiKeyResult,
    description: 'Creates an API key of this organisation. Requires the scope ADMIN.',
    authScopes: { admin: true },
    args: {
      name: t.arg.string({ required: true, description: 'Name for people, 1 to 255 characters.' }),
      scopes: t.arg({ type: [Scope], required: true, description: 'What the key allows; at least one scope.' }),
      expiresAt: t.arg({
        type: 'DateTime',
        description: 'When the key expires; a time in the future. Default: never.',
      }),
    },
    resolve: (_root, { name, scopes, expiresAt }, context) =>
      createKey(context.app.db, organizationOf(context), { name, scopes, expiresAt: expiresAt ?? null }),
  }),
);

const RevokeApiKeyResult = resultUnion('RevokeApiKeyResult', {
  description: 'The revoked key. NotFoundError: there is no such key.',
  success: ApiKey,
  errors: [NotFoundError],
});

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: RevokeApiKeyResult,
    description:
      'Revokes an API key for good. Requires the scope ADMIN. Requests with the key are rejected within 10 seconds, and its open connections end within 30 seconds (WebSockets with code 4403). Revoking a key again changes nothing.',
    authScopes: { admin: true },
    args: {
      id: t.arg.id({ required: true, description: 'The key to revoke. It may be the one that sends this request.' }),
    },
    resolve: async (_root, args, context) => {
      const { text, uuid } = givenId('apiKey', args.id);
      if (uuid === null) throw new NotFoundError(text);
      return revokeKey(context.app.db, organizationOf(context), uuid);
    },
  }),
);
