import type { Kysely, Transaction } from 'kysely';
import { evaluateAlerts } from '../alerts/evaluate.ts';
import { appendVisitEvents } from '../analyses/visits.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { Hints } from '../events/hints.ts';
import { inLogOrder } from '../events/order.ts';
import { type CorrectedShelf, correctShelves, itemsFound } from '../planograms/correct-shelves.ts';
import { pricesOf } from '../recognition/alerts/item-prices.ts';
import { mergeCompliance } from '../recognition/compliance/merge.ts';
import { type CheckedPicture, listCheckedPictures } from './visit-compliance.repository.ts';
import { closeVisitRow, findVisits, listVisitsToClose, type VisitRow } from './visits.repository.ts';

/** Closes visits, of all organisations, that are to be closed or for which nothing was submitted for some time. @returns how many */
export async function closeIdleVisits(
  { db, hints }: { db: Kysely<DB>; hints: Pick<Hints, 'eventsWritten'> },
  idleMinutes: number,
): Promise<number> {
  const due = await listVisitsToClose(db, idleMinutes);
  for (const { organization_id, id } of due) await closeWithAlerts(db, organization_id, id);
  if (due.length > 0) hints.eventsWritten();
  return due.length;
}

/**
 * Closes a visit, or lets it close when its last analysis has ended, with its event. With its closing, its alerts are evaluated, by its
 * results with the corrections that there are. Call `hints.eventsWritten()` afterwards.
 * @returns undefined: there is none
 */
export async function closeWithAlerts(
  db: Kysely<DB>,
  organizationId: string,
  id: string,
): Promise<VisitRow | undefined> {
  // Judging corrected pictures takes time, and events of all organisations wait for the transaction: there it is done only for those
  // that have changed since.
  const [visit] = await findVisits(db, organizationId, [id]);
  const known = visit ? (await readPictures(db, organizationId, visit.visit_id)).corrected : undefined;
  return inLogOrder(db, async (trx) => {
    const closed = await closeVisitRow(trx, organizationId, id);
    if (!closed || closed.status === closed.previousStatus) return closed;
    await appendVisitEvents(trx, organizationId, [closed]);
    if (closed.status === 'CLOSED')
      await evaluateVisit(trx, organizationId, {
        visitId: closed.visit_id,
        ...(await readPictures(trx, organizationId, closed.visit_id, known)),
      });
    return closed;
  });
}

interface VisitPictures {
  pictures: CheckedPicture[];
  /** By analysis. */
  corrected: Map<string, CorrectedShelf>;
}

/** @param known the corrected results that were made before */
async function readPictures(
  db: Kysely<DB>,
  organizationId: string,
  visitId: string,
  known?: ReadonlyMap<string, CorrectedShelf>,
): Promise<VisitPictures> {
  const pictures = await listCheckedPictures(db, organizationId, visitId);
  const ids = pictures.map(({ analysisId }) => analysisId);
  return { pictures, corrected: await correctShelves(db, organizationId, ids, known) };
}

/** @throws OutOfOrderError, so call it in a transaction of `inLogOrder` */
async function evaluateVisit(
  trx: Transaction<DB>,
  organizationId: string,
  { visitId, pictures, corrected }: VisitPictures & { visitId: string },
): Promise<void> {
  const onBasis = pictures.map((picture) => withCorrections(picture, corrected.get(picture.analysisId)));
  const byScope = Map.groupBy(onBasis, ({ taskId, placeId }) => JSON.stringify([taskId, placeId]));
  for (const [, ofScope] of [...byScope].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { taskId, placeId, alertRules: rules } = ofScope[0]!;
    const takenAt = new Date(Math.max(...ofScope.map((picture) => picture.takenAt.getTime())));
    const prices = ofScope.flatMap(({ tags, items }) => pricesOf(tags ?? [], items ?? []));
    const findings = { compliance: complianceOf(ofScope), gapShare: gapShareOf(ofScope), prices };
    const scope = { organizationId, taskId, placeId, takenAt };
    await evaluateAlerts(trx, { ...scope, ...findings, rules, analysisId: null, visitId });
  }
}

function withCorrections(picture: CheckedPicture, corrected: CorrectedShelf | undefined): CheckedPicture {
  if (!corrected) return picture;
  const { compliance, gaps, detections } = corrected;
  const items = itemsFound(detections);
  return { ...picture, positions: compliance?.positions ?? null, gapShare: gaps?.share ?? null, items };
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
