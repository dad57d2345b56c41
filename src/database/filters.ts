import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

export interface DateTimeRange {
  /** Inclusive. */
  from?: Date | null;
  /** Exclusive. */
  to?: Date | null;
}

export interface MetadataMatch {
  key: string;
  value: string;
}

/** Both ends are optional. */
export function within(column: Expression<unknown>, range: DateTimeRange | null | undefined): RawBuilder<SqlBool>[] {
  const ends: RawBuilder<SqlBool>[] = [];
  if (range?.from) ends.push(sql<SqlBool>`${column} >= ${range.from}`);
  if (range?.to) ends.push(sql<SqlBool>`${column} < ${range.to}`);
  return ends;
}

/**
 * By containment, which uses the GIN index. The text also matches numbers and booleans with the same text, and accents in both
 * encodings, because a client's own data is stored as it was sent.
 */
export function hasMetadata(column: Expression<unknown>, { key, value }: MetadataMatch): RawBuilder<SqlBool> {
  const forms = [[key, value], ...['NFC', 'NFD'].map((form) => [key.normalize(form), value.normalize(form)])];
  const pairs = new Set(forms.map(([name, text]) => JSON.stringify({ [name!]: text })));
  const scalar = jsonScalar(value);
  if (scalar !== undefined) pairs.add(JSON.stringify({ [key]: scalar }));
  const either = [...pairs].map((pair) => sql`${column} @> ${pair}::jsonb`);
  return sql<SqlBool>`(${sql.join(either, sql` or `)})`;
}

function jsonScalar(text: string): number | boolean | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text.trim() !== '' && String(number) === text ? number : undefined;
}

/** Whether a range excludes anything. */
export function isBounded(range: DateTimeRange | null | undefined): boolean {
  return range?.from != null || range?.to != null;
}

/**
 * Whether a column has one of these values; no value matches nothing. One value is compared by itself: only then does PostgreSQL read the
 * rows in the order of an index that continues after the column.
 * @param type of the column in SQL
 */
export function oneOf(
  column: Expression<unknown>,
  values: readonly string[],
  type: 'text' | 'uuid',
): RawBuilder<SqlBool> {
  const [value] = values;
  if (values.length === 1) return sql<SqlBool>`${column} = ${value}::${sql.raw(type)}`;
  // One array parameter instead of a list of parameters: the text of the statement stays the same.
  return sql<SqlBool>`${column} = any(${[...values]}::${sql.raw(type)}[])`;
}
