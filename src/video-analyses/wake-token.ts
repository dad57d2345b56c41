import type { Kysely, Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { analyzeVideosJob } from '../jobs/definitions.ts';
import { addJob, addJobs } from '../jobs/jobs.repository.ts';
import { areVideosWaiting } from './claims.repository.ts';

/** Adds a token for each of these video analyses that can be claimed from now on, in the transaction that makes it so. */
export function addVideoTokens(trx: Transaction<DB>, priorities: readonly number[]): Promise<void> {
  return addJobs(
    trx,
    analyzeVideosJob,
    priorities.map((priority) => ({ payload: {}, priority, isExtra: true })),
  );
}

/** Adds one token if there is anything to claim. Its key limits it to one at a time. @param afterSeconds default 0 */
export async function ensureVideoToken(db: Kysely<DB>, afterSeconds = 0): Promise<void> {
  if (await areVideosWaiting(db)) await addJob(db, analyzeVideosJob, { payload: {}, afterSeconds });
}
