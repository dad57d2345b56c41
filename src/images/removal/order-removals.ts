import type { Kysely } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { removeOriginalJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';
import { listRemovableOriginals } from './originals.repository.ts';

/** Per round; more wait for the next round, seconds later. */
const atOnce = 50;

/** Adds the jobs that remove originals which tasks do not keep. With every heartbeat. */
export async function orderRemovals(db: Kysely<DB>): Promise<void> {
  const removable = await listRemovableOriginals(db, atOnce);
  if (removable.length === 0) return;
  await db.transaction().execute((trx) =>
    addJobs(
      trx,
      removeOriginalJob,
      removable.map((payload) => ({ payload })),
    ),
  );
}
