import type { Caller, Context, Scope } from '../../src/context.ts';
import { refusal } from '../../src/refusal.ts';
import { allows } from '../../src/session-tokens/token-rules.ts';
import type { Narrowing } from '../../src/shared/narrowing.ts';

const missingKey =
  'No API key was sent. Send one in the header X-API-Key, or as apiKey in the connectionParams of a WebSocket.';

/** The caller of a request. @throws GraphQLError UNAUTHENTICATED if the request has no API key */
export function callerOf(context: Context): Caller {
  if (context.caller === null) throw refusal('UNAUTHENTICATED', missingKey);
  return context.caller;
}

/** The organisation of the caller, to which everything that is read or written belongs. */
export function organizationOf(context: Context): string {
  return callerOf(context).organizationId;
}

/** The tasks and places that the caller is limited to; null: it sees everything of its organisation. */
export function narrowingOf(context: Context): Narrowing | null {
  return callerOf(context).session?.narrowing ?? null;
}

/** Whom the session token of the caller stands for; null: nobody was named, or an API key was sent. */
export function actorOf(context: Context): string | null {
  return callerOf(context).session?.actor ?? null;
}

/** Whether the key, or the session token, has the scope. */
export function mayDo(context: Context, scope: Scope): boolean {
  return context.caller !== null && allows(context.caller.scopes, scope);
}

/** The error for a caller without the scope of a field. */
export function unauthorized(context: Context, field: string): Error {
  if (context.caller === null) return refusal('UNAUTHENTICATED', missingKey);
  const { scopes, session } = context.caller;
  const what = session ? 'session token' : 'API key';
  const held = [...scopes].join(', ');
  return refusal('FORBIDDEN', `The ${what} has the scopes ${held}, which do not allow ${field}. Use another key.`);
}
