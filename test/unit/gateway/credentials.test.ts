import { expect, test } from 'vitest';
import { findSecret } from '../../../src/gateway/authentication/credentials.ts';

test.each([
  [{}, null],
  [{ 'X-API-Key': ' sl_a ' }, 'sl_a'],
  [{ apiKey: 'sl_a' }, 'sl_a'],
  [{ Authorization: 'Bearer sl_a' }, 'sl_a'],
  [{ authorization: 'bearer  sl_a' }, 'sl_a'],
  [{ authorization: 'Basic abc', 'x-api-key': 'sl_a' }, 'sl_a'],
  [{ 'x-api-key': '', authorization: 'Bearer sl_b' }, 'sl_b'],
  [{ 'x-api-key': null, apiKey: undefined, authorization: '' }, null],
])('%o carries %s', (values, secret) => {
  expect(findSecret(values)).toBe(secret);
});

test.each([
  [{ authorization: 'Basic abc' }],
  [{ authorization: 'Bearer' }],
  [{ authorization: 'Bearer a b' }],
  [{ apiKey: 7 }],
  [{ 'x-api-key': ['sl_a'] }],
])('%o is refused with what is expected', (values) => {
  expect(() => findSecret(values)).toThrow(/Bearer <API key>|not text/);
});
