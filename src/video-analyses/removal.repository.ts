import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';

/** Removes analyses that have ended and were submitted more than `days` ago, with their results. @returns how many. */
export async function removeExpiredVideoAnalyses(
  db: Kysely<DB>,
  organizationId: string,
  days: number,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from video_analysis where id in (
      select id from video_analysis
      where organization_id = ${organizationId} and finished_at is not null
        and created_at < now() - ${days} * interval '1 day'
      order by created_at limit ${limit} for update skip locked)`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Removes an analysis with its results if it has ended. @returns whether it did: otherwise there is none, or it has not ended. */
export async function removeEndedVideoAnalysis(db: Kysely<DB>, organizationId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('video_analysis')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .where('finished_at', 'is not', null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
