import { useSyncExternalStore } from 'react';
import { currentSession, onSessionChange, type Scope } from './session.ts';

/** Whether the session allows it: what it does not allow is not offered. */
export function useScope(scope: Scope): boolean {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  return session !== null && includesScope(session.scopes, scope);
}

/** Each includes those before it. */
export function includesScope(held: readonly Scope[], wanted: Scope): boolean {
  const order: readonly Scope[] = ['READ', 'WRITE', 'TEACH', 'ADMIN'];
  return held.some((scope) => order.indexOf(scope) >= order.indexOf(wanted));
}
