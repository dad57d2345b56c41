import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { ShelfDrawing } from '../drawing/planogram/shelf-drawing.ts';
import { findCompliance } from './compliance.repository.ts';
import { correctShelves } from './correct-shelves.ts';
import { findCorrectableShelves } from './correctable-shelves.repository.ts';
import { findDrawnNames } from './drawn-names.repository.ts';
import { findStoredGaps } from './gaps.repository.ts';

/**
 * What is drawn of an analysis; null: it is gone, or no planogram counted for it.
 * @param isCorrected whether with the corrections that people have made
 */
export async function readDrawing(
  db: Kysely<DB>,
  organizationId: string,
  analysisId: string,
  { isCorrected }: { isCorrected: boolean },
): Promise<ShelfDrawing | null> {
  const ids = [analysisId];
  const [shelf] = await findCorrectableShelves(db, organizationId, ids);
  if (!shelf?.plan) return null;
  const corrected = isCorrected ? (await correctShelves(db, organizationId, ids)).get(analysisId) : undefined;
  const compliance = corrected ? corrected.compliance : (await findCompliance(db, organizationId, ids))[0];
  if (!compliance) return null;
  const gaps = corrected ? corrected.gaps : (await findStoredGaps(db, organizationId, ids))[0];
  const detections = corrected ? corrected.detections.map(({ detection }) => detection) : shelf.detections;
  const items = [...detections, ...compliance.positions].flatMap(({ itemId }) => itemId ?? []);
  const { title, names } = await findDrawnNames(db, organizationId, shelf.plan.planogramId, [...new Set(items)]);
  return {
    title,
    ...{ score: compliance.score, positions: compliance.positions, unplanned: compliance.unplanned },
    shelves: shelf.plan.fixture.shelves,
    picture: { width: shelf.width, height: shelf.height, detections },
    gaps: (gaps?.gaps ?? []).map(({ box }) => box),
    nameOf: (itemId) => names.get(itemId) ?? 'an item that was deleted',
  };
}
