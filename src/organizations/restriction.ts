import type { Caller } from '../context.ts';

/**
 * What limits a session token beyond its scopes. SIGN_IN: it creates one other token and does nothing else. ANALYSIS_LINK: it reads
 * one analysis and does nothing else. NARROWED: it sees the tasks and places that it names.
 */
export type Restriction = 'SIGN_IN' | 'ANALYSIS_LINK' | 'NARROWED';

/** null: nothing does; the scopes alone decide. */
export function restrictionOf({ session }: Caller): Restriction | null {
  if (session === null) return null;
  if (session.singleUse) return 'SIGN_IN';
  if (session.analysisId !== null) return 'ANALYSIS_LINK';
  return session.narrowing === null ? null : 'NARROWED';
}
