import type { Kysely, Transaction } from 'kysely';
import { evaluateAlerts } from '../alerts/evaluate.ts';
import type { DB } from '../database/types.generated.ts';
import type { Hints } from '../events/hints.ts';
import { inLogOrder } from '../events/order.ts';
import { mergeCompliance } from '../recognition/compliance/merge.ts';
import { type CheckedPicture, listCheckedPictures } from './visit-compliance.repository.ts';
import { closeVisitRow, listVisitsToClose, type VisitRow } from './visits.repository.ts';

/** Closes visits, of all organisations, that are to be closed or for which nothing was submitted for some time. @returns how many */
export async function closeIdleVisits(
  { db, hints }: { db: Kysely<DB>; hints: Pick<Hints, 'eventsWritten'> },
  idleMinutes: number,
): Promise<number> {
  const due = await listVisitsToClose(db, idleMinutes);
  for (const { organization_id, id } of due) await inLogOrder(db, (trx) => closeWithAlerts(trx, organization_id, id));
  if (due.length > 0) hints.eventsWritten();
  return due.length;
}

/**
 * Closes a visit, or lets it close when its last analysis has ended. With its closing, its alerts are evaluated.
 * @returns undefined: there is none
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function closeWithAlerts(
  trx: Transaction<DB>,
  organizationId: string,
  id: string,
): Promise<VisitRow | undefined> {
  const closed = await closeVisitRow(trx, organizationId, id);
  if (closed?.isNew) await evaluateVisit(trx, organizationId, closed.visit_id);
  return closed;
}

async function evaluateVisit(trx: Transaction<DB>, organizationId: string, visitId: string): Promise<void> {
  const pictures = await listCheckedPictures(trx, organizationId, visitId);
  const byScope = Map.groupBy(pictures, ({ taskId, placeId }) => JSON.stringify([taskId, placeId]));
  for (const [, ofScope] of [...byScope].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { taskId, placeId, alertRules: rules } = ofScope[0]!;
    const takenAt = new Date(Math.max(...ofScope.map((picture) => picture.takenAt.getTime())));
    const findings = { compliance: complianceOf(ofScope), gapShare: gapShareOf(ofScope) };
    await evaluateAlerts(trx, {
      organizationId,
      taskId,
      placeId,
      takenAt,
      rules,
      ...findings,
      analysisId: null,
      visitId,
    });
  }
}

/** By the plan of the latest picture: if a new version became valid during the visit, that one counts. */
function complianceOf(pictures: readonly CheckedPicture[]) {
  const judged = pictures.filter(({ positions }) => positions !== null);
  const latest = judged.toSorted((a, b) => a.takenAt.getTime() - b.takenAt.getTime()).at(-1);
  if (!latest) return null;
  const samePlan = judged.filter(({ plan }) => plan === latest.plan);
  return mergeCompliance(samePlan.map(({ analysisId, positions }) => ({ picture: analysisId, positions: positions! })));
}

/** The mean over the pictures: how long the shelves of each are in metres, nobody knows. */
function gapShareOf(pictures: readonly CheckedPicture[]): number | null {
  const shares = pictures.flatMap(({ gapShare }) => gapShare ?? []);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
