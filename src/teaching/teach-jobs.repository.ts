import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { teachJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';

/** Crops of one job: cut while the picture is decoded once, and stored in one transaction. */
const mostAtOnce = 50;

/**
 * Adds the jobs by which those of these corrections teach that are APPLIED and whose task learns. Call it in the transaction that
 * applies them.
 */
export async function addTeachJobs(
  trx: Transaction<DB>,
  organizationId: string,
  correctionIds: readonly string[],
): Promise<void> {
  if (correctionIds.length === 0) return;
  const { rows } = await sql<{ correctionIds: string[] }>`
    select array_agg(c.id order by c.id) as "correctionIds"
    from correction c
    join analysis a on a.organization_id = c.organization_id and a.id = c.analysis_id
    join task t on t.organization_id = a.organization_id and t.id = a.task_id
    where c.organization_id = ${organizationId} and c.id = any(${[...correctionIds]}::uuid[])
      and c.status = 'APPLIED' and t.learning and a.image_id is not null
    group by a.image_id`.execute(trx);
  const jobs = rows.flatMap(({ correctionIds: ofPicture }) =>
    Array.from({ length: Math.ceil(ofPicture.length / mostAtOnce) }, (_, part) => ({
      payload: { organizationId, correctionIds: ofPicture.slice(part * mostAtOnce, (part + 1) * mostAtOnce) },
    })),
  );
  await addJobs(trx, teachJob, jobs);
}
