import { expect, test } from 'vitest';
import { hashRequest } from '../../../src/idempotency/request-hash.ts';

const hash = (request: object) => hashRequest(request).toString('hex');

test('the order of names makes no other request, the order of a list does', () => {
  expect(hash({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(hash({ b: { d: 'x', c: [1, 2] }, a: 1 }));
  expect(hash({ a: [1, 2] })).not.toBe(hash({ a: [2, 1] }));
});

test('what is null is as if it were not there, so that a new field of a later version changes nothing', () => {
  expect(hash({ a: 1, later: null, also: undefined })).toBe(hash({ a: 1 }));
  expect(hash({ a: 1, given: false })).not.toBe(hash({ a: 1 }));
});

test('values of other types or at other places are other requests', () => {
  const at = new Date('2026-03-01T12:30:00Z');
  const hashes = [{ a: 1 }, { a: '1' }, { b: 1 }, { a: [1] }, { a: { a: 1 } }, { a: at }, {}].map(hash);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hash({ a: at })).toBe(hash({ a: new Date(at) }));
});
