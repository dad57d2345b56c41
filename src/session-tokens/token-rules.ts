import { scopes as allScopes, type Caller, orderedScopes, type Scope } from '../context.ts';
import { mostNarrowedTo } from '../shared/narrowing.ts';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { text } from '../validation/rules.ts';

const daySeconds = 86_400;
/** A day: a leaked token is of little use on the next day. */
export const longestSessionSeconds = daySeconds;
/** For wall-mounted screens, to which no one signs in every morning. They read one view and nothing else. */
export const longestViewSeconds = 90 * daySeconds;

export interface TokenFields {
  scopes: readonly Scope[];
  expiresInSeconds: number;
  /** As they were sent; null: not restricted to tasks. */
  taskIds: readonly unknown[] | null;
  placeIds: readonly string[] | null;
  actor: string | null;
}

/** The faults of a token that this caller wants to create. */
export function tokenIssues(fields: TokenFields, caller: Caller): ValidationIssue[] {
  const { taskIds, placeIds, actor } = fields;
  return [
    ...scopeIssues(fields, caller),
    ...durationIssues(fields),
    ...countIssues('taskIds', taskIds),
    ...countIssues('placeIds', placeIds),
    ...(placeIds ?? []).flatMap((placeId, index) =>
      findIssues(text('placeId', { min: 1, max: 255 }), placeId, ['placeIds', index]),
    ),
    ...(actor === null ? [] : findIssues(text('actor', { min: 1, max: 255 }), actor, ['actor'])),
  ];
}

/** Whether one of the scopes is this one or includes it. */
export function allows(held: ReadonlySet<Scope>, scope: Scope): boolean {
  if (scope === 'ORIGINALS') return held.has(scope) || held.has('ADMIN');
  return orderedScopes.slice(orderedScopes.indexOf(scope)).some((one) => held.has(one));
}

function scopeIssues(fields: TokenFields, caller: Caller): ValidationIssue[] {
  const { scopes } = fields;
  const path = ['scopes'];
  if (scopes.length === 0) return [{ path, message: `It is empty; expected at least one of ${allScopes.join(', ')}.` }];
  const tooMuch = scopes.filter((scope) => !allows(caller.scopes, scope));
  if (tooMuch.length > 0)
    return [{ path, message: `The API key does not allow ${tooMuch.join(', ')}. Leave that out, or use another key.` }];
  if (isNarrowed(fields) && scopes.includes('ADMIN'))
    return [{ path, message: 'ADMIN cannot be limited to tasks or places. Leave out ADMIN, or taskIds and placeIds.' }];
  return [];
}

function durationIssues(fields: TokenFields): ValidationIssue[] {
  const { expiresInSeconds, scopes } = fields;
  const path = ['expiresInSeconds'];
  const isView = isNarrowed(fields) && scopes.every((scope) => scope === 'READ');
  const longest = isView ? longestViewSeconds : longestSessionSeconds;
  if (expiresInSeconds >= 1 && expiresInSeconds <= longest) return [];
  const more = isView
    ? ''
    : ` Only a READ token with taskIds or placeIds may last longer, ${longestViewSeconds} seconds.`;
  return [{ path, message: `It is ${expiresInSeconds}; expected 1 to ${longest}.${more}` }];
}

function countIssues(name: 'taskIds' | 'placeIds', values: readonly unknown[] | null): ValidationIssue[] {
  if (values === null || (values.length >= 1 && values.length <= mostNarrowedTo)) return [];
  const message = `It has ${values.length} entries; expected 1 to ${mostNarrowedTo}. Omit it for no limit.`;
  return [{ path: [name], message }];
}

function isNarrowed({ taskIds, placeIds }: TokenFields): boolean {
  return taskIds !== null || placeIds !== null;
}
