import { CombinedGraphQLErrors } from '@apollo/client';
import { endpoint } from './graphql/endpoint.ts';

export type Scope = 'READ' | 'WRITE' | 'ADMIN';

export interface Session {
  token: string;
  organization: string;
  keyName: string;
  scopes: Scope[];
}

/** The token is kept for this tab and ends with it. The key is used once and stored nowhere. */
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
 * Exchanges a key for a session.
 * @throws Error in the API's words when the key is not accepted
 */
export async function signIn(key: string): Promise<void> {
  const { viewer } = await ask<ViewerAnswer>(key, viewerQuery);
  const { apiKey, organization } = viewer;
  change({ token: key, organization: organization.name, keyName: apiKey.name, scopes: apiKey.scopes });
}

export function signOut(): void {
  change(null);
}

/** The server no longer accepts the token. */
export function endSession(): void {
  if (session !== null) change(null, 'The session has ended: it has expired, or its key was revoked. Sign in again.');
}

function change(next: Session | null, reason: string | null = null): void {
  session = next;
  ending = reason;
  if (next === null) sessionStorage.removeItem(storageKey);
  else sessionStorage.setItem(storageKey, JSON.stringify(next));
  for (const listener of listeners) listener();
}

const viewerQuery = /* GraphQL */ `
  query SignIn {
    viewer { organization { name } apiKey { name scopes } }
  }
`;

interface ViewerAnswer {
  viewer: { organization: { name: string }; apiKey: { name: string; scopes: Scope[] } };
}

/** Without Apollo Client, which belongs to a session. */
async function ask<Data>(key: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ query, variables }),
  });
  const result = await response.json();
  if (result.errors) throw new CombinedGraphQLErrors(result);
  return result.data;
}
