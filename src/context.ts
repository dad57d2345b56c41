import type { Resources } from './resources.ts';

export type Scope = 'READ' | 'WRITE' | 'ADMIN';

/** Who is asking: the organisation and the key that the request carries. */
export interface Caller {
  organizationId: string;
  apiKeyId: string;
  scopes: ReadonlySet<Scope>;
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
