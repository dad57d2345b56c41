import type { Resources } from './resources.ts';
import type { Narrowing } from './shared/narrowing.ts';

/** Scopes of which each includes those before it. */
export const orderedScopes = ['READ', 'WRITE', 'TEACH', 'ADMIN'] as const;
/** What a key or session token allows. ORIGINALS is included in ADMIN only. */
export const scopes = [...orderedScopes, 'ORIGINALS'] as const;
export type Scope = (typeof scopes)[number];

/** The caller: the organisation, the key behind the request, and what the secret that was sent allows. */
export interface Caller {
  organizationId: string;
  /** The key that was sent, or the key that created the session token that was sent. */
  apiKeyId: string;
  scopes: ReadonlySet<Scope>;
  /** When the secret that was sent expires; null: never. */
  expiresAt: Date | null;
  /** null: a key was sent. */
  session: Session | null;
}

/** What a session token has in addition to a key. */
export interface Session {
  tokenId: string;
  /** The name that the creator of the token gave; null: none. */
  actor: string | null;
  /** null: it sees everything of its organisation. */
  narrowing: Narrowing | null;
  /** The one analysis that it reads, if it is a link to one. UUID; null: it is not a link. */
  analysisId: string | null;
  /** Whether it may do nothing but create one other token. */
  singleUse: boolean;
}

/** Identifies the secret that was sent among all keys and tokens. */
export function credentialId({ apiKeyId, session }: Caller): string {
  return session?.tokenId ?? apiKeyId;
}

/** What every resolver gets: one object per HTTP request, one per subscription. */
export interface Context {
  app: Resources;
  /** null: no key was sent; then only introspection is allowed. */
  caller: Caller | null;
  /** Of the response to an event: equal for callers who see the same. null: a request, or a stream without a key. */
  viewKey: string | null;
  /** The position of the log before anything was read; null unless the operation selects `eventCursor`. */
  openingCursor: string | null;
  /** The header Idempotency-Key, if the operation has one root field and is the only one of its request; null: none, or ignored. */
  idempotencyKey: string | null;
  /**
   * Fires when the connection of an HTTP request has closed; null over WebSocket. Created on the first call: every response would end
   * with an abort, whose error took 2 % of the time of a list.
   */
  connectionClosed(): AbortSignal | null;
}
