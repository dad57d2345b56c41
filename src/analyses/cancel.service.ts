import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { GivenId } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { type AnalysisRow, findAnalyses } from './analyses.repository.ts';
import { moveAnalyses } from './life.repository.ts';
import { openStatuses } from './life.ts';

/** Exactly one of the three. */
export type CancelTarget = { ids: readonly GivenId[] } | { batchId: GivenId } | { taskId: GivenId };

/** In the order asked for, or of creation: the canceled analysis, or why it is not. */
export type CancelResult = AnalysisRow | NotFoundError | ConflictError;

/**
 * Cancels analyses that have not ended. One that has ended answers ConflictError, and keeps its result; of a batch or task,
 * those that have ended are passed over, since nobody asked for them one by one.
 *
 * Workers hear of it after the commit: what waits is dropped, what runs is thrown away when it is done.
 */
export async function cancelAnalyses(
  app: Resources,
  organizationId: string,
  target: CancelTarget,
): Promise<CancelResult[]> {
  const outcome = await app.db.transaction().execute(async (trx) => {
    const ids = await lockTargets(trx, organizationId, target);
    if (ids === null) return null;
    const moves = ids.map((analysisId) => ({ analysisId, to: 'CANCELED', agoMs: 0 }) as const);
    const made = new Set((await moveAnalyses(trx, moves)).map((move) => move.analysisId));
    return { ids, made, rows: await findAnalyses(trx, organizationId, ids) };
  });
  if (outcome === null) return [new NotFoundError(namedBy(target))];
  if (outcome.made.size > 0) {
    app.hints.eventsWritten();
    app.hints.jobsCanceled();
  }
  const rows = new Map(outcome.rows.map((row) => [row.id, row]));
  const wanted: GivenId[] = 'ids' in target ? [...target.ids] : outcome.ids.map((uuid) => ({ uuid, text: uuid }));
  return wanted.map(({ uuid, text }) => {
    const row = uuid === null ? undefined : rows.get(uuid);
    if (!row) return new NotFoundError(text);
    if (outcome.made.has(row.id)) return row;
    return new ConflictError(`The analysis has ended: it is ${row.status} and stays so.`);
  });
}

/**
 * Ids of the organisation that the target means, locked in id order, those of a batch or task only while they are open;
 * null when there is no such batch or task.
 */
async function lockTargets(
  trx: Transaction<DB>,
  organizationId: string,
  target: CancelTarget,
): Promise<string[] | null> {
  const query = trx.selectFrom('analysis').select('id').where('organization_id', '=', organizationId);
  if ('ids' in target) {
    const ids = target.ids.flatMap(({ uuid }) => uuid ?? []);
    if (ids.length === 0) return [];
    return idsOf(await query.where('id', 'in', ids).orderBy('id').forUpdate().execute());
  }
  const open = query.where('status', 'in', openStatuses);
  const [table, { uuid }] =
    'taskId' in target ? (['task', target.taskId] as const) : (['batch', target.batchId] as const);
  if (uuid === null || !(await exists(trx, table, organizationId, uuid))) return null;
  if (table === 'task') return idsOf(await open.where('task_id', '=', uuid).orderBy('id').forUpdate().execute());
  const isMember = sql<boolean>`exists (select 1 from batch_analysis member
    where member.batch_id = ${uuid} and member.analysis_id = analysis.id)`;
  return idsOf(await open.where(isMember).orderBy('id').forUpdate().execute());
}

/** The id of the batch or task as the client gave it. */
function namedBy(target: CancelTarget): string {
  if ('taskId' in target) return target.taskId.text;
  return 'batchId' in target ? target.batchId.text : '';
}

function idsOf(rows: readonly { id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

async function exists(
  trx: Transaction<DB>,
  table: 'task' | 'batch',
  organizationId: string,
  id: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom(table)
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}
