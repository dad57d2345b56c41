import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRange } from '../../../src/gateway/files/byte-range.ts';

test.each([
  [undefined, null],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=2-100', { start: 2, end: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', null],
  ['bytes=-', null],
  ['bytes=a-b', null],
])('of 10 bytes, %s is %o', (header, expected) => {
  expect(parseRange(header, 10)).toEqual(expected);
});

test('a range that is answered lies within the file', () => {
  const number = fc.nat({ max: 50 });
  const end = fc.option(number, { nil: '' });
  fc.assert(
    fc.property(end, end, number, (first, last, byteSize) => {
      const range = parseRange(`bytes=${first}-${last}`, byteSize);
      if (range === null || range === 'unsatisfiable') return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeLessThan(byteSize);
      expect(range.start).toBeLessThanOrEqual(range.end);
    }),
  );
});
