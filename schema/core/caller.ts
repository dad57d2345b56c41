import type { Caller, Context, Scope } from '../../src/context.ts';
import { refusal } from '../../src/refusal.ts';

const missingKey =
  'No API key was sent. Send one in the header X-API-Key, or as apiKey in the connectionParams of a WebSocket.';

/** Who is asking. @throws GraphQLError UNAUTHENTICATED when no key came with the request. */
export function callerOf(context: Context): Caller {
  if (context.caller === null) throw refusal('UNAUTHENTICATED', missingKey);
  return context.caller;
}

/** The organisation that everything read or written belongs to. */
export function organizationOf(context: Context): string {
  return callerOf(context).organizationId;
}

/** Whether the key may do it: WRITE implies READ, and ADMIN implies both. */
export function mayDo(context: Context, scope: Scope): boolean {
  const held = context.caller?.scopes;
  if (!held) return false;
  if (held.has('ADMIN')) return true;
  return held.has(scope) || (scope === 'READ' && held.has('WRITE'));
}

/** What a caller without the scope is told. */
export function unauthorized(context: Context, field: string): Error {
  if (context.caller === null) return refusal('UNAUTHENTICATED', missingKey);
  const held = [...context.caller.scopes].join(', ');
  return refusal('FORBIDDEN', `The API key has the scopes ${held}, which do not allow ${field}. Use another key.`);
}
