import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { type AnalysisRow, findAnalyses } from './analyses.repository.ts';
import { lockAnalyses, lockOpenAnalyses } from './cancel.repository.ts';
import { moveAnalyses } from './life.repository.ts';

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
  const outcome = await inLogOrder(app.db, async (trx) => {
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

/** What the target means, locked; null when there is no such batch or task. */
async function lockTargets(
  trx: Transaction<DB>,
  organizationId: string,
  target: CancelTarget,
): Promise<string[] | null> {
  if ('ids' in target) return lockAnalyses(trx, organizationId, uuidsOf(target.ids));
  const [of, { uuid }] = 'taskId' in target ? (['task', target.taskId] as const) : (['batch', target.batchId] as const);
  return uuid === null ? null : lockOpenAnalyses(trx, organizationId, of, uuid);
}

/** The id of the batch or task as the client gave it. */
function namedBy(target: CancelTarget): string {
  if ('taskId' in target) return target.taskId.text;
  return 'batchId' in target ? target.batchId.text : '';
}
