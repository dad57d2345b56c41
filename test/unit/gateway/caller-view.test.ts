import { describe, expect, test } from 'vitest';
import type { Caller, Scope } from '../../../src/context.ts';
import { CallerView } from '../../../src/gateway/responses/caller-view.ts';

const session = { tokenId: 't', actor: 'Ann', narrowing: null, analysisId: null, singleUse: false };
const narrowing = { taskIds: ['t1'], placeIds: null };

function caller(changes: Partial<Caller> = {}): Caller {
  return { organizationId: 'o', apiKeyId: 'k', scopes: new Set<Scope>(['READ']), expiresAt: null, session, ...changes };
}

const keyOf = (changes: Partial<Caller>) => new CallerView(caller(changes)).key;

describe('callers who may see different things have different keys', () => {
  test.each<[string, Partial<Caller>]>([
    ['organisation', { organizationId: 'p' }],
    ['scopes', { scopes: new Set<Scope>(['READ', 'ORIGINALS']) }],
    ['kind of secret', { session: null }],
    ['tasks', { session: { ...session, narrowing } }],
    ['places', { session: { ...session, narrowing: { taskIds: null, placeIds: ['t1'] } } }],
    ['analysis of a link', { session: { ...session, analysisId: 'a' } }],
    ['single use', { session: { ...session, singleUse: true } }],
  ])('%s', (_what, changes) => {
    expect(keyOf(changes)).not.toBe(keyOf({}));
  });
});

test.each<[string, Partial<Caller>, (view: Caller) => unknown]>([
  ['apiKeyId', { apiKeyId: 'l' }, (view) => view.apiKeyId],
  ['expiresAt', { expiresAt: new Date(0) }, (view) => view.expiresAt],
  ['session.tokenId', { session: { ...session, tokenId: 'u' } }, (view) => view.session!.tokenId],
  ['session.actor', { session: { ...session, actor: 'Ben' } }, (view) => view.session!.actor],
])('callers who differ in %s share responses, so it cannot be read', (name, changes, read) => {
  expect(keyOf(changes)).toBe(keyOf({}));
  expect(() => read(new CallerView(caller()))).toThrow(`caller.${name}`);
});
