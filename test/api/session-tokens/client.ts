import { connect } from '../../support/client.ts';
import { failures } from '../../support/recognition.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import type { TestGateway } from '../gateway/harness.ts';

const createMutation = /* GraphQL */ `
  mutation ($input: CreateSessionTokenInput!) {
    createSessionToken(input: $input) {
      __typename
      ...Failures
      ... on CreateSessionTokenPayload {
        secret
        sessionToken { id scopes taskIds placeIds actor singleUse createdAt expiresAt revokedAt apiKey { id } }
      }
    }
  }
  ${failures}
`;

/** What createSessionToken answers, whatever that is. */
export async function tryCreateToken(user: User, input: Record<string, unknown> = {}): Promise<Data> {
  return (await user.run(createMutation, { input: { scopes: ['READ'], ...input } })).createSessionToken;
}

/** A token that must be created, and who uses it. */
export async function createToken(user: User, input?: Record<string, unknown>): Promise<Data & { user: User }> {
  const result = await tryCreateToken(user, input);
  if (result.__typename !== 'CreateSessionTokenPayload') throw new Error(JSON.stringify(result));
  return { ...result, user: createUser({ url: user.url, apiKey: result.secret }) };
}

export async function userWith(gateway: TestGateway, options: Parameters<TestGateway['createKey']>[0]) {
  const { id, secret } = await gateway.createKey(options);
  return { id, user: createUser({ url: gateway.url, apiKey: secret }) };
}

export const revokeMutation = /* GraphQL */ `
  mutation ($id: ID!) {
    revokeSessionToken(id: $id) { __typename ...Failures ... on SessionToken { id revokedAt } }
  }
  ${failures}
`;

export const whoAmI = '{ viewer { apiKey { id } sessionToken { id actor } } }';
/** A stream that delivers nothing in these tests. */
export const endless = 'subscription { imageEvents { __typename } }';

/** A socket with a stream that delivers nothing. `ended` is the code that the stream ends with. */
export async function openSocket(url: string, secret: string) {
  const client = connect(url, { apiKey: secret });
  const stream = client.iterate({ query: endless });
  const ended = stream.next().then(
    () => 'an event',
    (close: { code?: number }) => close.code,
  );
  // The socket is open when another operation on it has been answered.
  await client.iterate({ query: whoAmI }).next();
  return { client, ended };
}
