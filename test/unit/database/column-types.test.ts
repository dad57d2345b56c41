import pg from 'pg';
import { expect, test } from 'vitest';
import { columnTypes } from '../../../src/database/column-types.ts';

const { TIMESTAMPTZ, INT4 } = pg.types.builtins;
const read = columnTypes.getTypeParser(TIMESTAMPTZ, 'text');
const readByDefault = pg.types.getTypeParser(TIMESTAMPTZ, 'text');

test.each([
  '2026-03-01 12:30:05+00',
  '2026-03-01 12:30:05.1+00',
  '2026-03-01 12:30:05.12+00',
  '2026-03-01 12:30:05.123+00',
  '2026-12-31 23:59:59.999999+00',
  '1969-12-31 23:59:59.000001+00',
  '2024-02-29 00:00:00+00',
  // Years that Date.UTC would read as of the last century, and of five digits.
  '0099-01-01 00:00:00+00',
  '12026-03-01 12:30:05.123+00',
  '0044-03-15 12:00:00+00 BC',
  '2026-03-01 12:30:05.123+05:30',
  '2026-03-01 12:30:05-08',
  'infinity',
  '-infinity',
])('a time is the same as by default: %s', (text) => {
  expect(read(text)).toEqual(readByDefault(text));
});

test('other types, and times in binary, are read by default', () => {
  expect(columnTypes.getTypeParser(INT4, 'text')).toBe(pg.types.getTypeParser(INT4, 'text'));
  expect(columnTypes.getTypeParser(TIMESTAMPTZ, 'binary')).toBe(pg.types.getTypeParser(TIMESTAMPTZ, 'binary'));
});
