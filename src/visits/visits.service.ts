import type { AnalysisRow } from '../analyses/columns.ts';
import { inLogOrder } from '../events/order.ts';
import type { GivenId } from '../given-id.ts';
import { type MergedCompliance, mergeCompliance } from '../recognition/compliance/merge.ts';
import type { Resources } from '../resources.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { NotFoundError } from '../user-error.ts';
import { closeWithAlerts } from './close-visits.ts';
import { listJudgedPictures } from './visit-compliance.repository.ts';
import type { VisitRow } from './visits.repository.ts';

/**
 * Says that no image follows. The visit is CLOSED when its last analysis has ended.
 * @throws NotFoundError
 */
export async function closeVisit(
  { db, hints }: Pick<Resources, 'db' | 'hints'>,
  organizationId: string,
  { text, uuid }: GivenId,
): Promise<VisitRow> {
  const visit = uuid === null ? undefined : await inLogOrder(db, (trx) => closeWithAlerts(trx, organizationId, uuid));
  if (!visit) throw new NotFoundError(text);
  hints.eventsWritten();
  return visit;
}

/** How all pictures of a visit agree with one version of a planogram together. */
export interface VisitCompliance extends MergedCompliance<AnalysisRow> {
  planogramId: string;
  version: number;
}

/** One for each version of a planogram by which pictures of the visit were judged. */
export async function readVisitCompliance(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  visitId: string,
  narrowing: Narrowing | null,
): Promise<VisitCompliance[]> {
  const pictures = await listJudgedPictures(db, organizationId, visitId, narrowing);
  const byPlan = Map.groupBy(pictures, ({ planogramId, version }) => `${planogramId}@${version}`);
  return [...byPlan.values()].map((judged) => ({
    planogramId: judged[0]!.planogramId,
    version: judged[0]!.version,
    ...mergeCompliance(judged.map(({ analysis, positions }) => ({ picture: analysis, positions }))),
  }));
}
