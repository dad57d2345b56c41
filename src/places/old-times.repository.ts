import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { untilDone } from '../shared/until-done.ts';

/** Rows locked together, for some ten milliseconds. */
const analysesAtOnce = 500;

/**
 * Stores when the pictures of places were taken, for analyses that a version without `taken_at` has submitted. Until then, the timeline of
 * such a place reads all its analyses. Any number of processes may do it at once.
 * @returns how many it stored.
 */
export function storeOldTimes(db: Kysely<DB>, stop: AbortSignal): Promise<number> {
  return untilDone(analysesAtOnce, () => storeSome(db), stop);
}

async function storeSome(db: Kysely<DB>): Promise<number> {
  const { numAffectedRows } = await sql`
    update analysis set taken_at = coalesce((
      select image.recorded_at from image
      where image.organization_id = analysis.organization_id and image.id = analysis.image_id), created_at)
    where id = any(array(
      select id from analysis where place_id is not null and counted is not false and taken_at is null
      order by organization_id, place_id, id limit ${analysesAtOnce} for update skip locked))`.execute(db);
  return Number(numAffectedRows);
}
