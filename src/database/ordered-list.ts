import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Keyset } from './keyset.ts';

export type Direction = 'ASC' | 'DESC';

export interface ListOrder<Field extends string> {
  field: Field;
  direction: Direction;
}

/** The order of every list unless the client requests another one. Ids are in the order of creation. */
export const newestFirst = { field: 'CREATED_AT', direction: 'DESC' } as const;

/** A column that a list is ordered by; entries with equal values are in the order of their ids. */
export interface OrderColumn {
  column: RawBuilder<unknown>;
  id: RawBuilder<unknown>;
  /** The exact value, for cursors: a Date would lose microseconds, and pages would repeat or skip entries. */
  text: RawBuilder<string | null>;
  toValue(text: string): RawBuilder<unknown>;
  /**
   * Conditions of which exactly one holds of each entry without a value. Each is read by its own index, because those entries can
   * be rare in a table. Default: one that always holds.
   */
  withoutValue?: readonly RawBuilder<SqlBool>[];
}

/** A timestamptz; its text is in microseconds since 1970. */
export function timeColumn(column: RawBuilder<unknown>, id: RawBuilder<unknown>): OrderColumn {
  return {
    column,
    id,
    text: sql`(extract(epoch from ${column}) * 1000000)::bigint::text`,
    toValue: (text) => sql`timestamptz 'epoch' + ${text}::bigint * interval '1 microsecond'`,
  };
}

/** A double precision; its shortest text reads back as the same number. */
export function numberColumn(column: RawBuilder<unknown>, id: RawBuilder<unknown>): OrderColumn {
  return { column, id, text: sql`${column}::text`, toValue: (text) => sql`${text}::float8` };
}

/**
 * The order of creation, for a list that is limited to a period. It is that of ids, except where clocks differ; by ids, everything that
 * is newer than the period would be read. Keys of lists by id are allowed as well.
 */
export function creationColumn(column: RawBuilder<unknown>, id: RawBuilder<unknown>): OrderColumn {
  return { ...timeColumn(column, id), withoutValue: [] };
}

/** What a query of one part of such a list needs. */
export interface ListPart {
  condition: RawBuilder<SqlBool>;
  orderBy: RawBuilder<unknown>;
  limit: number;
  /** Which of the order's `withoutValue` holds of its entries, by its index; null: they have a value, or the list is by id. */
  kind: number | null;
  /** The same order for {@link merged}. */
  mergedOrderBy: RawBuilder<unknown>;
}

/** A row of an ordered list, with what its cursor contains. */
export interface OrderedRow {
  id: string;
  /** The text of its OrderColumn; null: the entry has no value. Absent in lists by id. */
  order_value?: string | null;
}

/** The key of an entry, for {@link readOrdered}. */
export function orderedKey({ order_value, id }: OrderedRow): string {
  return `${order_value ?? ''}:${id}`;
}

/** @returns the condition and the order of a page of a list by id. */
export function byId(id: RawBuilder<unknown>, direction: Direction, page: Keyset): ListPart {
  return {
    condition: page.after === null ? sql`true` : sql`${id} ${beyond(direction)} ${parseKey(page.after).id}::uuid`,
    orderBy: sql`${id} ${towards(direction)}`,
    limit: page.limit,
    kind: null,
    mergedOrderBy: sql`id ${towards(direction)}`,
  };
}

/**
 * A page of a list in the order of a column. Entries without a value come last in either direction, so the page is read in two
 * parts, each in the order of an index: PostgreSQL puts nulls last in only one of the directions of an index.
 * @param page its `after` is an {@link orderedKey}.
 */
export async function readOrdered<Row extends OrderedRow>(
  by: OrderColumn,
  direction: Direction,
  page: Keyset,
  read: (part: ListPart) => Promise<Row[]>,
): Promise<Row[]> {
  const after = page.after === null ? null : parseKey(page.after);
  const valued = after?.value === null ? [] : await read(valuedPart(by, direction, after, page.limit));
  if (valued.length === page.limit) return valued;
  const rest = { after: after?.value === null ? after.id : null, limit: page.limit - valued.length };
  return [...valued, ...(await readUnvalued(by, direction, rest, read))];
}

/** `value` null: the entry has none; undefined: the key is only an id. */
interface ParsedKey {
  value: string | null | undefined;
  id: string;
}

function parseKey(key: string): ParsedKey {
  const colon = key.lastIndexOf(':');
  const value = colon < 0 ? undefined : key.slice(0, colon);
  return { value: value === '' ? null : value, id: key.slice(colon + 1) };
}

function valuedPart(
  { column, id, toValue }: OrderColumn,
  direction: Direction,
  after: ParsedKey | null,
  limit: number,
): ListPart {
  const isBeyond = () => {
    if (after === null) return sql``;
    if (after.value == null) return sql`and ${id} ${beyond(direction)} ${after.id}::uuid`;
    return sql`and (${column}, ${id}) ${beyond(direction)} (${toValue(after.value)}, ${after.id}::uuid)`;
  };
  return {
    condition: sql`(${column} is not null ${isBeyond()})`,
    orderBy: sql`${column} ${towards(direction)}, ${id} ${towards(direction)}`,
    limit,
    kind: null,
    mergedOrderBy: sql`order_by ${towards(direction)}, id ${towards(direction)}`,
  };
}

/** At most a page of each kind; the first ones of these by id are the page of all kinds. */
async function readUnvalued<Row extends OrderedRow>(
  { column, id, withoutValue = [sql`true`] }: OrderColumn,
  direction: Direction,
  page: Keyset,
  read: (part: ListPart) => Promise<Row[]>,
): Promise<Row[]> {
  const { condition, ...part } = byId(id, direction, page);
  const kinds = withoutValue.map((holds, kind) =>
    read({ ...part, kind, condition: sql`(${column} is null and ${holds} and ${condition})` }),
  );
  const rows = (await Promise.all(kinds)).flat().sort((a, b) => (a.id < b.id ? -1 : 1));
  return (direction === 'ASC' ? rows : rows.reverse()).slice(0, page.limit);
}

function beyond(direction: Direction): RawBuilder<unknown> {
  return direction === 'ASC' ? sql`>` : sql`<`;
}

function towards(direction: Direction): RawBuilder<unknown> {
  return direction === 'ASC' ? sql`asc` : sql`desc`;
}
