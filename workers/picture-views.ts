import type { Kysely } from 'kysely';
import { findAnalyses, findResults } from '../src/analyses/analyses.repository.ts';
import { findCatalogItems } from '../src/catalog/catalog.repository.ts';
import type { DB } from '../src/database/types.generated.ts';
import type { DrawnDetection } from '../src/drawing/annotations.ts';
import type { DerivedPicture } from '../src/pictures/derived-picture.ts';
import type { Detection } from '../src/recognition/detection.ts';
import type { View } from './engines/protocol/renditions.ts';

/**
 * What an engine is to show of an image; null: the whole.
 * @returns undefined when the analysis is not there, or has no such detection.
 */
export async function findView(
  db: Kysely<DB>,
  organizationId: string,
  imageId: string,
  picture: DerivedPicture,
): Promise<View | null | undefined> {
  if (picture.kind === 'rendition') return null;
  const detections = await findDetections(db, organizationId, imageId, picture.analysisId);
  if (detections === null) return undefined;
  if (picture.kind === 'crop') {
    const detection = detections[picture.detection];
    return detection && { kind: 'regions', boxes: [boxOf(detection)] };
  }
  const shown = detections.filter(({ confidence }) => confidence >= picture.minConfidence / 100);
  return {
    kind: 'annotated',
    detections: await withNames(db, organizationId, shown),
    minConfidence: picture.minConfidence === 0 ? null : picture.minConfidence / 100,
  };
}

/** null: the analysis is not there, or not of this image. */
async function findDetections(db: Kysely<DB>, organizationId: string, imageId: string, analysisId: string) {
  const [analysis] = await findAnalyses(db, organizationId, [analysisId]);
  if (analysis?.image_id !== imageId) return null;
  const [result] = await findResults(db, organizationId, [analysisId]);
  return result?.detections ?? null;
}

async function withNames(
  db: Kysely<DB>,
  organizationId: string,
  detections: readonly Detection[],
): Promise<DrawnDetection[]> {
  const ids = [...new Set(detections.flatMap(({ itemId }) => itemId ?? []))];
  const items = new Map((await findCatalogItems(db, organizationId, ids)).map((item) => [item.id, item]));
  return detections.map((detection) => {
    const item = detection.itemId === null ? undefined : items.get(detection.itemId);
    const { confidence } = detection;
    return { box: boxOf(detection), confidence, item: item ? { id: item.id, name: item.name } : null };
  });
}

function boxOf({ box: [x, y, width, height] }: Detection) {
  return { x, y, width, height };
}
