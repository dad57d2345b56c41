import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { compareDecimals } from './position.ts';

/** Which transactions a reader saw, as PostgreSQL reports it: all below xmax, except those that were still running. */
export interface Snapshot {
  /** Everything below it was visible, or had been rolled back. */
  xmin: string;
  /** Nothing at or beyond it was visible. */
  xmax: string;
  /** Running at that time, so not visible; between xmin and xmax. */
  running: ReadonlySet<string>;
}

/** `xmin:xmax:xip,xip` */
export function parseSnapshot(text: string): Snapshot {
  const [xmin, xmax, running] = text.split(':');
  if (xmin === undefined || xmax === undefined)
    throw new Error(`"${text}" is not a pg_snapshot, which has two colons.`);
  return { xmin, xmax, running: new Set(running ? running.split(',') : []) };
}

/** Whether a reader under this snapshot has seen what the transaction wrote. */
export function isVisible(snapshot: Snapshot, xid: string): boolean {
  return compareDecimals(xid, snapshot.xmax) < 0 && !snapshot.running.has(xid);
}

/** The statement's own snapshot, or that of the transaction when it is REPEATABLE READ. */
export async function readSnapshot(db: Kysely<DB>): Promise<Snapshot> {
  const { rows } = await sql<{ snapshot: string }>`select pg_current_snapshot()::text as snapshot`.execute(db);
  return parseSnapshot(rows[0]!.snapshot);
}
