import type { Caller } from '../context.ts';

/**
 * What limits a session token beyond its scopes. SIGN_IN: it creates one other token and does nothing else. NARROWED: it sees
 * the tasks and places that it names.
 */
export type Restriction = 'SIGN_IN' | 'NARROWED';

/** null: nothing does; the scopes alone decide. */
export function restrictionOf({ session }: Caller): Restriction | null {
  if (session === null) return null;
  if (session.singleUse) return 'SIGN_IN';
  return session.narrowing === null ? null : 'NARROWED';
}
