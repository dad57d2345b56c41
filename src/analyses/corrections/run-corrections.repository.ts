import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import type { CorrectionRow } from './correction.ts';

/** The analysis that the picture of a run was first submitted as. @param run alias of `analysis` */
export function firstRunOf(run: string): RawBuilder<string> {
  return sql<string>`coalesce(${sql.ref(`${run}.first_run`)}, ${sql.ref(`${run}.rerun_of`)}, ${sql.ref(`${run}.id`)})`;
}

/** The corrections of a picture, as one of its runs sees them. */
export interface RunCorrections {
  analysisId: string;
  /** In any status, oldest first. */
  corrections: CorrectionRow[];
}

/** Of each of these runs; those without corrections are left out. */
export async function findRunCorrections(
  db: Kysely<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<RunCorrections[]> {
  const { rows } = await sql<CorrectionRow & { run_id: string }>`
    select run.id as run_id, correction.* from analysis run
    join correction on correction.organization_id = run.organization_id and correction.first_run = ${firstRunOf('run')}
    where run.organization_id = ${organizationId} and run.id = any(${[...analysisIds]}::uuid[])
    order by correction.id`.execute(db);
  const byRun = Map.groupBy(rows, ({ run_id }) => run_id);
  return [...byRun].map(([analysisId, found]) => ({
    analysisId,
    corrections: found.map(({ run_id: _run, ...correction }) => correction),
  }));
}

/**
 * Corrections that were made on runs which are about to be deleted pass to the latest other run of the picture, if there is one:
 * they count for all runs. Call it before the deletion, which deletes those that stay.
 */
export async function passOnCorrections(
  trx: Transaction<DB>,
  organizationId: string,
  analysisIds: readonly string[],
): Promise<void> {
  if (analysisIds.length === 0) return;
  const ids = [...analysisIds];
  await sql`
    with heir as (
      select c.id, (
        select run.id from analysis run
        where run.organization_id = c.organization_id and run.id <> all(${ids}::uuid[])
          and (run.id = c.first_run or run.rerun_of is not null and coalesce(run.first_run, run.rerun_of) = c.first_run)
        order by run.status = 'SUCCEEDED' desc, run.id desc limit 1
      ) as analysis_id
      from correction c where c.organization_id = ${organizationId} and c.analysis_id = any(${ids}::uuid[])
    )
    update correction set analysis_id = heir.analysis_id, detection_index = null
    from heir where heir.id = correction.id and heir.analysis_id is not null`.execute(trx);
}
