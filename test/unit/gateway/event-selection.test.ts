import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { selectionKey } from '../../../src/gateway/responses/event-selection.ts';

/** Whether two subscriptions of this document with these values have the same response. */
function isShared(text: string, one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  const document = parse(text);
  return selectionKey(document, undefined, one) === selectionKey(document, undefined, other);
}

describe('variables that decide what is in an event', () => {
  test.each([
    ['an argument inside', 'subscription ($v: Int) { events { picture(width: $v) } }'],
    ['an object or a list inside', 'subscription ($v: Int) { events { picture(of: { widths: [$v] }) } }'],
    ['a directive inside', 'subscription ($v: Boolean!) { events { id @include(if: $v) } }'],
    ['a directive at the root field', 'subscription ($v: Boolean!) { events @skip(if: $v) { id } }'],
    ['a directive at an inline fragment', 'subscription ($v: Boolean!) { ... @include(if: $v) { events { id } } }'],
    [
      'a directive at a spread',
      'subscription ($v: Boolean!) { ...F @include(if: $v) } fragment F on Subscription { events }',
    ],
    ['a fragment', 'subscription ($v: Int) { events { ...F } } fragment F on Event { picture(width: $v) }'],
    ['a root field in a fragment', 'subscription ($v: Int) { ...F } fragment F on Subscription { events(of: $v) }'],
  ])('%s', (_where, text) => {
    expect(isShared(text, { v: 1 }, { v: 2 })).toBe(false);
    expect(isShared(text, { v: 1 }, {})).toBe(false);
    expect(isShared(text, { v: null }, {})).toBe(false);
    expect(isShared(text, { v: { a: 1 } }, { v: { a: 1 } })).toBe(true);
  });
});

test('variables that only decide which events there are', () => {
  const text = 'subscription ($v: Int, $w: Int) { events(of: $v, after: [$w]) { id } }';
  expect(isShared(text, { v: 1, w: 1 }, { v: 2 })).toBe(true);
});

test('the same text that was parsed twice, and two operations of one document, are not taken for the same', () => {
  const text = 'subscription A { events { id } } subscription B { events { name } }';
  const document = parse(text);
  expect(selectionKey(document, 'A', {})).not.toBe(selectionKey(document, 'B', {}));
  expect(selectionKey(document, 'A', {})).not.toBe(selectionKey(parse(text), 'A', {}));
  expect(selectionKey(document, 'A', {})).toBe(selectionKey(document, 'A', undefined));
});
