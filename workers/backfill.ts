import { type BackfillName, countLeft } from '../src/database/backfills.repository.ts';
import type { WorkerResources } from './resources.ts';

/** Then a line of the log tells how far it is. */
export const runMs = 60_000;

/** @param run does what it can until it is stopped, and returns how many rows that were */
export async function runBackfill(
  { db, logger }: Pick<WorkerResources, 'db' | 'logger'>,
  backfill: BackfillName,
  run: (stop: AbortSignal) => Promise<number>,
  stop: AbortSignal,
): Promise<void> {
  const done = await run(stop);
  if (done > 0) logger.info({ backfill, done, left: await countLeft(db, backfill) }, 'Brought older rows up to date.');
}

/** In runs of a minute, until nothing is left. */
export async function runWholeBackfill(
  resources: Pick<WorkerResources, 'db' | 'logger'>,
  backfill: BackfillName,
  run: (stop: AbortSignal) => Promise<number>,
  leave: AbortSignal,
): Promise<void> {
  for (let stop: AbortSignal | null = null; !stop || (stop.aborted && !leave.aborted); ) {
    stop = AbortSignal.any([leave, AbortSignal.timeout(runMs)]);
    await runBackfill(resources, backfill, run, stop);
  }
}
