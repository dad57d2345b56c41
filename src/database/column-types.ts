import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

/**
 * How values of columns are read: as pg does by default, but timestamptz without its regular expressions. A page of analyses has two
 * hundred of them.
 */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (id, format) =>
    id === builtins.TIMESTAMPTZ && format !== 'binary' ? parseTimestamp : getTypeParser(id, format),
};

const parseAnyTimestamp: (text: string) => unknown = getTypeParser(builtins.TIMESTAMPTZ);
const [zero, hyphen, point] = [...'0-.'].map((character) => character.charCodeAt(0));
/** Characters of "2026-03-01 12:30:00+00". */
const shortest = 22;

/** A time as our sessions get it: ISO, in UTC, with up to six decimals of a second. pg reads any other: BC, or years of five digits. */
function parseTimestamp(text: string): unknown {
  const isUsual =
    text.length >= shortest && text.endsWith('+00') && text.charCodeAt(4) === hyphen && text.charCodeAt(0) !== zero;
  if (!isUsual) return parseAnyTimestamp(text);
  const end = text.length - 3;
  const digit = (at: number) => (at < end ? text.charCodeAt(at) - zero! : 0);
  const pair = (at: number) => 10 * digit(at) + digit(at + 1);
  const ms = text.charCodeAt(19) === point ? 10 * pair(20) + digit(22) : 0;
  return new Date(Date.UTC(100 * pair(0) + pair(2), pair(5) - 1, pair(8), pair(11), pair(14), pair(17), ms));
}
