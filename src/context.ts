import type { Resources } from './resources.ts';
import type { Narrowing } from './shared/narrowing.ts';

export type Scope = 'READ' | 'WRITE' | 'ADMIN';

/** Who is asking: the organisation, the key behind the request, and what the secret that was sent allows. */
export interface Caller {
  organizationId: string;
  /** The key that was sent, or the one that made the session token that was sent. */
  apiKeyId: string;
  scopes: ReadonlySet<Scope>;
  /** When the secret that was sent stops working by itself; null: never. */
  expiresAt: Date | null;
  /** null: a key was sent. */
  session: Session | null;
}

/** What a session token says besides what a key says. */
export interface Session {
  tokenId: string;
  /** Whom the program that made the token named; null: nobody. */
  actor: string | null;
  /** null: it sees everything of its organisation. */
  narrowing: Narrowing | null;
  /** Whether it may do nothing but create one other token. */
  singleUse: boolean;
}

/** Identifies the secret that was sent among all keys and tokens. */
export function credentialId({ apiKeyId, session }: Caller): string {
  return session?.tokenId ?? apiKeyId;
}

/** What every resolver gets: one object an HTTP request, one a subscription. */
export interface Context {
  app: Resources;
  /** null: no key was sent; then only introspection is answered. */
  caller: Caller | null;
  /** Where the log stood before anything was read; null unless the operation asks for `eventCursor`. */
  openingCursor: string | null;
  /** The header Idempotency-Key, when the operation has one root field and comes alone; null: none that counts. */
  idempotencyKey: string | null;
  /** Fires when the connection of an HTTP request has closed: nobody waits any more. null over WebSocket. */
  connectionClosed: AbortSignal | null;
}
