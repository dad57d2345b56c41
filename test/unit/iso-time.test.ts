import { expect, test } from 'vitest';
import { isoTime } from '../../schema/core/iso-time.ts';

test('a time is written as toISOString writes it', () => {
  const day = 86_400_000;
  const times = [
    0,
    1,
    9,
    10,
    99,
    100,
    999,
    1_000,
    59_999,
    60_000,
    3_599_999,
    3_600_000,
    day - 1,
    day,
    -1,
    -day,
    -day - 1,
  ];
  const extremes = [-8.64e15, 8.64e15, Date.UTC(12_026, 0, 1), Date.UTC(-44, 2, 15)];
  // Also again after another day, whose text is remembered.
  for (const time of [...times, ...extremes, ...times.map((time) => time + 20_000 * day), ...times])
    expect(isoTime(new Date(time))).toBe(new Date(time).toISOString());
});

test('no time is an error', () => {
  expect(() => isoTime(new Date(Number.NaN))).toThrow(RangeError);
});
