import { type Kysely, sql } from 'kysely';
import { createDatabase } from '../../../src/database/pool.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { median } from '../statistics.ts';

/** Something that the program does with its database, through its own repositories. */
export interface Action {
  what: string;
  /**
   * Of a step that looks at so many rows and no more, however many there are: it is full only in the larger tables, so its pages are compared
   * with what a full step may touch and not with those of a smaller table.
   */
  fullStep?: { rows: number; pagesOfRow: number };
  /** @param call counts from 0, for actions that can be done once with a row. */
  run(db: Kysely<DB>, call: number): Promise<unknown>;
}

export interface Measured {
  medianMs: number;
  slowestMs: number;
  /** Pages of 8 kB that the last call touched, in memory or not: the same however busy the machine is. */
  pages: number;
  /** How many that call returned or worked on; null: it does the same work at each size. */
  rows: number | null;
}

/** What an action returns whose work is rows that it does not return: more of them in a larger table. */
export class RowCount {
  readonly rows: number;
  constructor(rows: number) {
    this.rows = rows;
  }
}

const mostCalls = 7;
const fewestCalls = 3;
/** After that long, no further call is made. */
const longEnoughMs = 4_000;

/** Does everything several times, on one connection, so that the server can tell what each call touched. */
export async function measure(
  url: string,
  actions: readonly Action[],
  onEach: (action: Action, measured: Measured) => void,
): Promise<Map<string, Measured>> {
  const database = createDatabase({ url, maxConnections: 1, applicationName: 'sightline-bench-measured' });
  try {
    const all = new Map<string, Measured>();
    for (const action of actions) {
      const measured = await measureOne(database.db, action);
      all.set(action.what, measured);
      onEach(action, measured);
    }
    return all;
  } finally {
    await database.close();
  }
}

async function measureOne(db: Kysely<DB>, { run }: Action): Promise<Measured> {
  const times: number[] = [];
  const beganAt = performance.now();
  let call = 0;
  while (call < mostCalls - 1 && (call < fewestCalls - 1 || performance.now() - beganAt < longEnoughMs))
    times.push(await timed(() => run(db, call++)));
  const before = await readPages(db);
  let rows: number | null = null;
  times.push(
    await timed(async () => {
      rows = countRows(await run(db, call));
    }),
  );
  const pages = (await readPages(db)) - before;
  return { medianMs: median(times), slowestMs: Math.max(...times), pages, rows };
}

/** Of a list, of a page of the log, or as many as an action says that it worked on. */
function countRows(result: unknown): number | null {
  if (Array.isArray(result)) return result.length;
  if (result instanceof RowCount) return result.rows;
  const events = (result as { events?: unknown } | undefined)?.events;
  return Array.isArray(events) ? events.length : null;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Of tables and indexes, by this connection so far. */
async function readPages(db: Kysely<DB>): Promise<number> {
  // What a session has counted is reported when a transaction ends.
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ pages: number }>`
    select coalesce(sum(hits + reads), 0)::float8 as pages from pg_stat_get_backend_io(pg_backend_pid())
    where object = 'relation'`.execute(db);
  return rows[0]!.pages;
}
