import { type Kysely, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { DB } from './types.generated.ts';

/** A scan that goes round a table, some rows at a time, and goes on where it stopped, also in another process. */
export interface RoundScan {
  /** Of its row in table_scan. */
  name: string;
  table: string;
  /** The columns of an index by which it goes, with their types. */
  key: Readonly<Record<string, string>>;
  /** Rows that one step looks at. */
  rowsAtOnce: number;
}

/**
 * One step of a scan. `look` gets the condition that selects the rows of this step; its work and the new position of the scan are
 * committed together. After the last rows of the table the scan begins again.
 * @returns what `look` found, and whether the step reached the end of the table; null: another process is taking a step.
 */
export async function scanNext<Found>(
  trx: Transaction<DB>,
  scan: RoundScan,
  look: (rows: RawBuilder<SqlBool>) => Promise<Found>,
): Promise<{ found: Found; atEnd: boolean } | null> {
  const { name, table, rowsAtOnce } = scan;
  await sql`insert into table_scan (name) values (${name}) on conflict do nothing`.execute(trx);
  const { rows } = await sql<{ after: string[] | null }>`
    select after from table_scan where name = ${name} for update skip locked`.execute(trx);
  if (!rows[0]) return null;
  const { after } = rows[0];
  const columns = sql.join(Object.keys(scan.key).map((column) => sql.ref(`${table}.${column}`)));
  const beyond = after === null ? sql<SqlBool>`true` : sql<SqlBool>`(${columns}) > (${valuesOf(scan, after)})`;
  const texts = sql.join(Object.keys(scan.key).map((column) => sql`${sql.ref(`${table}.${column}`)}::text`));
  const { rows: ends } = await sql<{ until: string[] }>`
    select array[${texts}] as until from ${sql.table(table)} where ${beyond}
    order by ${columns} offset ${rowsAtOnce - 1} limit 1`.execute(trx);
  const until = ends[0]?.until ?? null;
  const found = await look(
    until === null ? beyond : sql<SqlBool>`(${beyond} and (${columns}) <= (${valuesOf(scan, until)}))`,
  );
  await sql`update table_scan set after = ${until} where name = ${name}`.execute(trx);
  return { found, atEnd: until === null };
}

function valuesOf({ key }: RoundScan, texts: readonly string[]): RawBuilder<unknown> {
  return sql.join(Object.values(key).map((type, index) => sql`${texts[index]}::${sql.raw(type)}`));
}

export interface RoundLimits {
  /** The round ends when it has found so many, after the step that found them. */
  most: number;
  /** Ends the round after the step that is being taken. */
  stop?: AbortSignal | undefined;
}

/** Steps, each in a transaction of its own, to the end of the table. @returns how many `look` found together */
export async function scanRound(
  db: Kysely<DB>,
  scan: RoundScan,
  { most, stop }: RoundLimits,
  look: (trx: Transaction<DB>, rows: RawBuilder<SqlBool>) => Promise<number>,
): Promise<number> {
  let found = 0;
  for (let atEnd = false; !atEnd && found < most; ) {
    const step = await db.transaction().execute((trx) => scanNext(trx, scan, (rows) => look(trx, rows)));
    if (step === null) break;
    found += step.found;
    atEnd = step.atEnd || stop?.aborted === true;
  }
  return found;
}
