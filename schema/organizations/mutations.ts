import type { ApiKeyRow } from '../../src/organizations/keys.repository.ts';
import { createKey, revokeKey } from '../../src/organizations/keys.service.ts';
import { NotFoundError, ValidationError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { ApiKey, Scope } from './organization.ts';

const CreateApiKeyPayload = builder.objectRef<{ key: ApiKeyRow; secret: string }>('CreateApiKeyPayload').implement({
  description: 'The key was made.',
  fields: (t) => ({
    apiKey: t.field({ type: ApiKey, description: 'As lists show it.', resolve: ({ key }) => key }),
    secret: t.exposeString('secret', {
      description: 'What programs send in the header X-API-Key. It is shown this once: keep it.',
    }),
  }),
});

const CreateApiKeyResult = resultUnion('CreateApiKeyResult', {
  description: 'The key with its secret, or why there is none.',
  success: CreateApiKeyPayload,
  errors: [ValidationError],
});

builder.mutationField('createApiKey', (t) =>
  t.field({
    type: CreateApiKeyResult,
    description: 'Makes a key of this organisation; needs scope ADMIN.',
    authScopes: { admin: true },
    args: {
      name: t.arg.string({ required: true, description: 'What people recognise it by, 1 to 255 characters.' }),
      scopes: t.arg({ type: [Scope], required: true, description: 'What it may do; at least one.' }),
      expiresAt: t.arg({
        type: 'DateTime',
        description: 'When it ceases to work, in the future. Left out or null: never.',
      }),
    },
    resolve: (_root, { name, scopes, expiresAt }, context) =>
      createKey(context.app.db, organizationOf(context), { name, scopes, expiresAt: expiresAt ?? null }),
  }),
);

const RevokeApiKeyResult = resultUnion('RevokeApiKeyResult', {
  description: 'The revoked key, or that there is none with this id.',
  success: ApiKey,
  errors: [NotFoundError],
});

builder.mutationField('revokeApiKey', (t) =>
  t.field({
    type: RevokeApiKeyResult,
    description:
      'Ends a key for good; needs scope ADMIN. Requests with it are refused within 10 seconds, and its open connections end within 30 (WebSockets with code 4403). Doing so again changes nothing.',
    authScopes: { admin: true },
    args: { id: t.arg.id({ required: true, description: 'Of the key; also the one that this request carries.' }) },
    resolve: async (_root, args, context) => {
      const { text, uuid } = givenId('apiKey', args.id);
      if (uuid === null) throw new NotFoundError(text);
      return revokeKey(context.app.db, organizationOf(context), uuid);
    },
  }),
);
