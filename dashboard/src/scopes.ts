import { useSyncExternalStore } from 'react';
import { currentSession, onSessionChange, type Scope } from './session.ts';

/** Each includes those before it. ORIGINALS is beside them, and included in ADMIN. */
const orderedScopes = ['READ', 'WRITE', 'TEACH', 'ADMIN'] as const satisfies Scope[];
export type OrderedScope = (typeof orderedScopes)[number];

/** Whether the session allows it: what it does not allow is not offered. */
export function useScope(scope: OrderedScope): boolean {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  return session !== null && includesScope(session.scopes, scope);
}

export function includesScope(held: readonly Scope[], wanted: OrderedScope): boolean {
  return orderedScopes.slice(orderedScopes.indexOf(wanted)).some((scope) => held.includes(scope));
}
