import { type Kysely, sql } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { mostNarrowedTo } from '../shared/narrowing.ts';
import { untilDone } from '../shared/until-done.ts';

/** Rows locked together, for some ten milliseconds. */
const batchesAtOnce = 200;

/**
 * Stores the places of batches that a version without them has submitted, as `placesOf` does for new ones. Until then, callers who are
 * limited to places find them by looking at the analyses of each. Any number of processes may do it at once.
 * @returns how many it stored.
 */
export function storeOldPlaces(db: Kysely<DB>, stop: AbortSignal): Promise<number> {
  return untilDone(batchesAtOnce, () => storeSome(db), stop);
}

async function storeSome(db: Kysely<DB>): Promise<number> {
  const { numAffectedRows } = await sql`
    update batch set place_ids = (
      select case when count(*) = count(place_id) and count(distinct place_id) <= ${mostNarrowedTo}
        then coalesce(array_agg(distinct place_id), '{}') else '{}' end
      from batch_analysis member join analysis on analysis.id = member.analysis_id where member.batch_id = batch.id)
    where id = any(array(
      select id from batch where place_ids is null order by organization_id, id limit ${batchesAtOnce} for update skip locked))`.execute(
    db,
  );
  return Number(numAffectedRows);
}
