import { CombinedGraphQLErrors } from '@apollo/client';
import { endpoint } from './graphql/endpoint.ts';
import type { Scope } from './graphql/schema-types.generated.ts';

export type { Scope };

export interface Session {
  /** The secret of a session token, sent wherever a key can be sent. */
  token: string;
  tokenId: string;
  organizationId: string;
  organization: string;
  keyName: string;
  scopes: Scope[];
  /** When the server stops accepting the token, unless the key ends earlier. */
  expiresAt: string;
}

/**
 * A working day. A token cannot renew itself, since whoever found it could then do so for ever: before its end the page asks for the key
 * again (layout/session-end.tsx), which is not kept.
 */
const lifetimeSeconds = 12 * 3600;
/** The session is kept for this tab and ends with it. The key is used once and stored nowhere. */
const storageKey = 'sightline.session';
const listeners = new Set<() => void>();
let session: Session | null = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
let ending: string | null = null;

/** For useSyncExternalStore, as `onSessionChange` is. */
export const currentSession = (): Session | null => session;
/** Why the last session ended, a sentence for the sign-in page; null when its user ended it. */
export const sessionEnding = (): string | null => ending;

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Exchanges a secret for a session, which takes the place of the current one: the secret of an API key, of a sign-in link, or of a
 * session token made for a screen.
 * @throws Error in the API's words when the secret is not accepted
 */
export async function signIn(secret: string): Promise<void> {
  const { token, organization, sessionToken } = await createToken(secret);
  const { id: tokenId, scopes, expiresAt, apiKey } = sessionToken;
  const { id: organizationId, name } = organization;
  change({ token, tokenId, scopes, expiresAt, organizationId, organization: name, keyName: apiKey.name });
}

/** Ends the session here at once, and on the server as soon as it hears of it. */
export async function signOut(): Promise<void> {
  if (session === null) return;
  const { token, tokenId } = session;
  change(null);
  // A server that cannot be reached lets the token expire by itself.
  await ask(token, revokeMutation, { id: tokenId }).catch(() => undefined);
}

/** The server no longer accepts the token. */
export function endSession(): void {
  if (session !== null) change(null, endedByServer);
}

const endedByServer =
  'The session has ended: it has expired, or its key was revoked. Sign in again to go on where you were.';

function change(next: Session | null, reason: string | null = null): void {
  session = next;
  ending = reason;
  if (next === null) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, JSON.stringify(next));
  for (const listener of listeners) listener();
}

/** With all that the secret allows. A sign-in link, which cannot be asked what it allows, allows the most. */
async function createToken(secret: string): Promise<Issued> {
  const asAdmin = await createWith(secret, ['ADMIN']);
  // A session token makes no other one. It is one already.
  if (asAdmin === null) return { token: secret, ...(await ask<ViewerAnswer>(secret, viewerQuery)).viewer };
  if ('secret' in asAdmin) return { token: asAdmin.secret, ...asAdmin };
  const { viewer } = await ask<{ viewer: { apiKey: { scopes: Scope[] } } }>(secret, scopesQuery);
  const created = await createWith(secret, viewer.apiKey.scopes);
  if (created && 'secret' in created) return { token: created.secret, ...created };
  throw new Error((created ?? asAdmin).message);
}

/** null: the secret may create no token. */
async function createWith(secret: string, scopes: Scope[]): Promise<CreateAnswer['createSessionToken'] | null> {
  const variables = { input: { scopes, expiresInSeconds: lifetimeSeconds } };
  try {
    return (await ask<CreateAnswer>(secret, createMutation, variables)).createSessionToken;
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}

interface Issued extends Whose {
  token: string;
}

/** Of a session token. */
interface Whose {
  organization: { id: string; name: string };
  sessionToken: { id: string; scopes: Scope[]; expiresAt: string; apiKey: { name: string } };
}

function isForbidden(error: unknown): boolean {
  return CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === 'FORBIDDEN');
}

const whose = 'organization { id name } sessionToken { id scopes expiresAt apiKey { name } }';

const createMutation = /* GraphQL */ `
  mutation SignIn($input: CreateSessionTokenInput!) {
    createSessionToken(input: $input) {
      ... on CreateSessionTokenPayload { secret ${whose} }
      ... on UserError { message }
    }
  }
`;

interface CreateAnswer {
  createSessionToken: (Whose & { secret: string }) | { message: string };
}

const viewerQuery = `query SignedIn { viewer { ${whose} } }`;
const scopesQuery = '{ viewer { apiKey { scopes } } }';

interface ViewerAnswer {
  viewer: Whose;
}

const revokeMutation = /* GraphQL */ `
  mutation SignOut($id: ID!) {
    revokeSessionToken(id: $id) { __typename }
  }
`;

/** Without Apollo Client, which belongs to a session. */
async function ask<Data>(secret: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': secret },
    body: JSON.stringify({ query, variables }),
  });
  const result = await response.json();
  if (result.errors) throw new CombinedGraphQLErrors(result);
  return result.data;
}
