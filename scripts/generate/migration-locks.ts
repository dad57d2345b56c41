import pg from 'pg';
import { listMigrations, listOnlineParts, readMigration, readOnlinePart } from '../../src/database/migration-files.ts';
import { type LockMode, lockModes, type StatementLock } from '../../src/database/migration-locks.ts';
import { splitStatements } from '../../src/database/sql-statements.ts';

/**
 * src/database/migration-locks.generated.ts: which tables each statement of the migrations locks, and whether it reads or rewrites all of
 * their rows. It is measured: every statement runs on an empty database, in a transaction of its own that is asked for its locks and scans.
 * @param superuserUrl of a server on which a database can be created; it stays there
 */
export async function measureMigrationLocks(superuserUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: await createDatabase(superuserUrl) });
  await client.connect();
  try {
    const measured: Record<string, StatementLock[][]> = {};
    for (const name of await listMigrations()) {
      measured[name] = await measureFile(client, splitStatements(await readMigration(name)));
    }
    for (const name of await listOnlineParts()) {
      const statements = await readOnlinePart(name);
      measured[name] = await measureFile(
        client,
        statements.map(({ text }) => text),
      );
    }
    return print(measured);
  } finally {
    await client.end();
  }
}

/** @returns its URL */
async function createDatabase(superuserUrl: string): Promise<string> {
  const name = 'migration_locks';
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(superuserUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Only tables that were there before the file: nobody uses those that it creates. */
async function measureFile(client: pg.Client, statements: readonly string[]): Promise<StatementLock[][]> {
  const before = new Set((await readFileNodes(client)).keys());
  const locks: StatementLock[][] = [];
  for (const statement of statements) {
    locks.push((await measure(client, statement)).filter(({ table }) => before.has(table)));
  }
  return locks;
}

async function measure(client: pg.Client, statement: string): Promise<StatementLock[]> {
  // Cannot run in a transaction. The lock is the documented one of this form.
  const isConcurrent = / concurrently /.test(statement);
  await client.query('begin');
  const [nodes, scans] = [await readFileNodes(client), await readScans(client)];
  await client.query(statement.replace(' concurrently ', ' '));
  const { rows } = await client.query<{ table: string; mode: string }>(
    `select c.relname as table, mode from pg_locks l join pg_class c on c.oid = l.relation
     where l.pid = pg_backend_pid() and ${isTable}`,
  );
  const [nodesAfter, scansAfter] = [await readFileNodes(client), await readScans(client)];
  await client.query('commit');
  const strongest = new Map<string, StatementLock>();
  for (const { table, mode } of rows) {
    const taken = toMode(mode);
    if (taken === null) continue;
    const lock: StatementLock = {
      table,
      mode: isConcurrent ? 'ShareUpdateExclusiveLock' : taken,
      reads: scansAfter.get(table) !== scans.get(table),
      rewrites: nodes.has(table) && nodesAfter.get(table) !== nodes.get(table),
    };
    const known = strongest.get(table);
    if (!known || lockModes.indexOf(lock.mode) > lockModes.indexOf(known.mode)) strongest.set(table, lock);
  }
  return [...strongest.values()].sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** Partitions are created day by day, and are locked as their table is. */
const isTable = `c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`;

/** What stores the rows of each table: another one when they are rewritten. */
async function readFileNodes(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ table: string; node: string }>(
    `select relname as table, relfilenode::text as node from pg_class c where ${isTable}`,
  );
  return new Map(rows.map(({ table, node }) => [table, node]));
}

/** How often all rows of each table were read: counts of this session that grow, also from one transaction to the next. */
async function readScans(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ table: string; scans: string }>(
    'select relname as table, seq_scan as scans from pg_stat_xact_user_tables where seq_scan > 0',
  );
  return new Map(rows.map(({ table, scans }) => [table, scans]));
}

/** null: conflicts with nothing that the program does. */
function toMode(mode: string): LockMode | null {
  return lockModes.find((known) => known === mode) ?? null;
}

function print(measured: Record<string, StatementLock[][]>): string {
  const lines = Object.entries(measured).flatMap(([name, statements]) => [
    `  '${name}': [`,
    ...statements.map((locks) => `    ${JSON.stringify(locks)},`),
    '  ],',
  ]);
  return [
    '// Written by `npm run generate`: what each statement of the migrations locks, measured on an empty database.',
    "import type { StatementLock } from './migration-locks.ts';",
    '',
    'export const measuredLocks: Record<string, readonly (readonly StatementLock[])[]> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}
