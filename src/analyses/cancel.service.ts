import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { findAnalyses } from './analyses.repository.ts';
import { lockAnalyses, lockOpenAnalyses } from './cancel.repository.ts';
import type { AnalysisRow } from './columns.ts';
import { moveAnalyses } from './life.repository.ts';

/** Per transaction: a tenth of a second, during which the event log waits for it. A task has no limit. */
const canceledAtOnce = 1_000;

/** Exactly one of the three. */
export type CancelTarget = { ids: readonly GivenId[] } | { batchId: GivenId } | { taskId: GivenId };

/** In the requested order, or that of creation: the cancelled analysis, or why it was not cancelled. */
export type CancelResult = AnalysisRow | NotFoundError | ConflictError;

/**
 * Cancels analyses that have not ended. One that has ended gives ConflictError and keeps its result. With a batch or task, those
 * that have ended are skipped, because they were not named individually. Workers are notified after the commit: they drop waiting
 * analyses, and discard the results of running ones.
 */
export async function cancelAnalyses(
  app: Resources,
  organizationId: string,
  target: CancelTarget,
): Promise<CancelResult[]> {
  if ('ids' in target) return cancelNamed(app, organizationId, target.ids);
  const results: CancelResult[] = [];
  for (let after: string | null = null; ; ) {
    const page = await cancelSome(app, organizationId, (trx) => lockPage(trx, organizationId, target, after));
    if (page === null) return [new NotFoundError(namedBy(target))];
    results.push(...page.ids.map((id) => page.result(id, id)));
    after = page.ids.at(-1) ?? null;
    if (page.ids.length < canceledAtOnce) return results;
  }
}

async function cancelNamed(app: Resources, organizationId: string, ids: readonly GivenId[]): Promise<CancelResult[]> {
  const canceled = await cancelSome(app, organizationId, (trx) => lockAnalyses(trx, organizationId, uuidsOf(ids)));
  return ids.map(({ uuid, text }) => canceled!.result(uuid, text));
}

/** @param lock returns the analyses to cancel, locked; null if the batch or task does not exist. */
async function cancelSome(
  app: Resources,
  organizationId: string,
  lock: (trx: Transaction<DB>) => Promise<string[] | null>,
) {
  const outcome = await inLogOrder(app.db, async (trx) => {
    const ids = await lock(trx);
    if (ids === null) return null;
    const moves = ids.map((analysisId) => ({ analysisId, to: 'CANCELED', agoMs: 0 }) as const);
    const made = new Set((await moveAnalyses(trx, moves)).map((move) => move.analysisId));
    return { ids, made, rows: await findAnalyses(trx, organizationId, ids) };
  });
  if (outcome === null) return null;
  const { ids, made } = outcome;
  if (made.size > 0) {
    app.hints.eventsWritten();
    app.hints.jobsCanceled();
  }
  const rows = new Map(outcome.rows.map((row) => [row.id, row]));
  return {
    ids,
    /** The outcome for one of them, or for an unknown id. */
    result(id: string | null, text: string): CancelResult {
      const row = id === null ? undefined : rows.get(id);
      if (!row) return new NotFoundError(text);
      return made.has(row.id) ? row : new ConflictError(`The analysis has already ended: it is ${row.status}.`);
    },
  };
}

function lockPage(
  trx: Transaction<DB>,
  organizationId: string,
  target: Exclude<CancelTarget, { ids: unknown }>,
  after: string | null,
): Promise<string[] | null> {
  const [of, { uuid }] = 'taskId' in target ? (['task', target.taskId] as const) : (['batch', target.batchId] as const);
  const page = { after, limit: canceledAtOnce };
  return uuid === null ? Promise.resolve(null) : lockOpenAnalyses(trx, organizationId, of, uuid, page);
}

/** The id of the batch or task as the client sent it. */
function namedBy(target: Exclude<CancelTarget, { ids: unknown }>): string {
  return 'taskId' in target ? target.taskId.text : target.batchId.text;
}
