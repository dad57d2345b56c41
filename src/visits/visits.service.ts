import type { AnalysisRow } from '../analyses/columns.ts';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import type { GivenId } from '../given-id.ts';
import { correctShelves } from '../planograms/correct-shelves.ts';
import { type MergedCompliance, mergeCompliance } from '../recognition/compliance/merge.ts';
import type { Resources } from '../resources.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { NotFoundError } from '../user-error.ts';
import { closeWithAlerts } from './close-visits.ts';
import { type JudgedPicture, listJudgedPictures } from './visit-compliance.repository.ts';
import type { VisitRow } from './visits.repository.ts';

/**
 * Says that no image or video follows. The visit is CLOSED when its last analysis has ended.
 * @throws NotFoundError
 */
export async function closeVisit(
  { db, hints }: Pick<Resources, 'db' | 'hints'>,
  organizationId: string,
  { text, uuid }: GivenId,
): Promise<VisitRow> {
  const visit = uuid === null ? undefined : await closeWithAlerts(db, organizationId, uuid);
  if (!visit) throw new NotFoundError(text);
  hints.eventsWritten();
  return visit;
}

/** How all pictures of a visit agree with one version of a planogram together. */
export interface VisitCompliance extends MergedCompliance<AnalysisRow> {
  planogramId: string;
  version: number;
}

/**
 * One for each version of a planogram by which pictures of the visit were judged.
 * @param narrowing what the caller is limited to; null: nothing
 */
export async function readVisitCompliance(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  { visitId, basis, narrowing }: { visitId: string; basis: ResultBasis; narrowing: Narrowing | null },
): Promise<VisitCompliance[]> {
  const found = await listJudgedPictures(db, organizationId, visitId, narrowing);
  const pictures = basis === 'FOUND' ? found : await withCorrections(db, organizationId, found);
  const byPlan = Map.groupBy(pictures, ({ planogramId, version }) => `${planogramId}@${version}`);
  return [...byPlan.values()].map((judged) => ({
    planogramId: judged[0]!.planogramId,
    version: judged[0]!.version,
    ...mergeCompliance(judged.map(({ analysis, positions }) => ({ picture: analysis, positions }))),
  }));
}

async function withCorrections(
  db: Resources['db'],
  organizationId: string,
  pictures: readonly JudgedPicture[],
): Promise<JudgedPicture[]> {
  const ids = pictures.map(({ analysis }) => analysis.id);
  const corrected = await correctShelves(db, organizationId, ids);
  return pictures.map((picture) => ({
    ...picture,
    positions: corrected.get(picture.analysis.id)?.compliance?.positions ?? picture.positions,
  }));
}
