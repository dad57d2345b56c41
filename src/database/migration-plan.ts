import { sql } from 'kysely';
import { migrationsDir, readMigration, readOnlinePart } from './migration-files.ts';
import { measuredLocks } from './migration-locks.generated.ts';
import type { StatementLock } from './migration-locks.ts';
import { pendingMigrations } from './migrator.ts';
import { pendingOnlineParts } from './online-parts.ts';
import type { Database } from './pool.ts';
import { splitStatements } from './sql-statements.ts';

/** A migration that the database lacks, or the online part of one. */
export interface PlannedMigration {
  name: string;
  /** CONTRACT takes away what processes of the version before use: it is for when none of them runs any more. */
  phase: 'EXPAND' | 'CONTRACT';
  /** Statement by statement, each for itself, after all migrations. Otherwise: in one transaction. */
  isOnline: boolean;
  statements: PlannedStatement[];
}

export interface PlannedStatement {
  /** Without comments. */
  text: string;
  /** Of tables that this database has. null: not measured, because the migration is not one of the project. */
  locks: PlannedLock[] | null;
}

export interface PlannedLock extends StatementLock {
  /** An estimate: PostgreSQL counts when it vacuums. */
  rows: number;
  /** With indexes and long values. */
  bytes: number;
}

const takesAway = /\bdrop (?:table|column)\b|\brename\b|\bset not null\b|\balter column \w+ (?:set data )?type\b/i;

/**
 * What {@link migrate} would run on this database. It only reads.
 * @throws when the database has migrations that this checkout does not know
 */
export async function planMigrations(database: Database, directory = migrationsDir): Promise<PlannedMigration[]> {
  const sizes = await readSizes(database);
  const inTransactions = await pendingMigrations(database, directory);
  const online = await pendingOnlineParts(database, directory);
  const plan = (name: string, texts: string[], isOnline: boolean): PlannedMigration => ({
    name,
    isOnline,
    phase: texts.some((text) => takesAway.test(text)) ? 'CONTRACT' : 'EXPAND',
    statements: texts.map((text, index) => ({
      text,
      locks: directory === migrationsDir ? withSizes(measuredLocks[name]?.[index] ?? [], sizes) : null,
    })),
  });
  return [
    ...(await Promise.all(
      inTransactions.map(async (name) => plan(name, splitStatements(await readMigration(name, directory)), false)),
    )),
    ...(await Promise.all(
      online.map(async (name) => {
        const statements = await readOnlinePart(name, directory);
        return plan(
          name,
          statements.map(({ text }) => text),
          true,
        );
      }),
    )),
  ];
}

interface Size {
  rows: number;
  bytes: number;
}

/** Tables that pending migrations create are missing: they are empty, and nobody uses them. */
function withSizes(locks: readonly StatementLock[], sizes: ReadonlyMap<string, Size>): PlannedLock[] {
  return locks.flatMap((lock) => {
    const size = sizes.get(lock.table);
    return size ? [{ ...lock, ...size }] : [];
  });
}

/** By table; of a partitioned one, the sum of its partitions. */
async function readSizes({ db }: Database): Promise<Map<string, Size>> {
  const { rows } = await sql<{ table: string } & Size>`
    select c.relname as table, sum(greatest(part.reltuples, 0))::float8 as rows,
      sum(pg_total_relation_size(part.oid))::float8 as bytes
    from pg_class c
    left join pg_inherits i on i.inhparent = c.oid
    join pg_class part on part.oid = coalesce(i.inhrelid, c.oid)
    where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = current_schema()::regnamespace
    group by c.relname`.execute(db);
  return new Map(rows.map(({ table, ...size }) => [table, size]));
}
