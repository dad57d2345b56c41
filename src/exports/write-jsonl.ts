import type { StoredDetection } from '../analyses/result.ts';
import { encodeId, type IdKind } from '../ids.ts';
import { readFailure } from '../shared/failure.ts';
import type { ExportedAnalysis } from './export-pages.repository.ts';
import type { ExportPage } from './export-pages.ts';
import type { TextFile } from './text-file.ts';

/** One line of JSON an analysis, whatever has become of it, named as in the schema. @returns how many analyses */
export async function writeJsonl(pages: AsyncIterable<ExportPage>, file: TextFile): Promise<number> {
  let rows = 0;
  for await (const { analyses, items } of pages) {
    await file.write(analyses.map((analysis) => `${JSON.stringify(toLine(analysis, items))}\n`).join(''));
    rows += analyses.length;
  }
  return rows;
}

function toLine(analysis: ExportedAnalysis, items: ExportPage['items']) {
  const id = encodeId('analysis', analysis.id);
  const { latitude, longitude } = analysis;
  return {
    id,
    status: analysis.status,
    failure: readFailure(analysis),
    task: { id: encodeId('task', analysis.taskId), name: analysis.taskName },
    batchId: encodeIfAny('batch', analysis.batchId),
    rerunOfId: encodeIfAny('analysis', analysis.rerunOf),
    image: toImage(analysis),
    externalId: analysis.externalId,
    placeId: analysis.placeId,
    location: latitude === null ? null : { latitude, longitude },
    metadata: analysis.metadata,
    options: analysis.options,
    pipeline: analysis.pipeline,
    createdAt: analysis.createdAt,
    startedAt: analysis.startedAt,
    finishedAt: analysis.finishedAt,
    timings: analysis.timings,
    confidence: analysis.confidence,
    // The size that boxes are in; the picture itself may be deleted.
    width: analysis.width,
    height: analysis.height,
    detections: (analysis.detections ?? []).map((detection, index) => toDetection(detection, `${id}-${index}`, items)),
    labels: analysis.labels ?? [],
    accepted: analysis.accepted,
  };
}

function toImage({ imageId, filename, mimeType, sha256, recordedAt }: ExportedAnalysis) {
  return imageId === null ? null : { id: encodeId('image', imageId), filename, mimeType, sha256, recordedAt };
}

function toDetection(detection: StoredDetection, id: string, items: ExportPage['items']) {
  const [x, y, width, height] = detection.box;
  return {
    id,
    box: { x, y, width, height },
    objectness: detection.objectness,
    confidence: detection.confidence,
    catalogItem: toItem(detection.itemId, items),
    matchedBy: detection.matchedBy,
    candidates: detection.candidates.map(({ itemId, confidence }) => ({
      catalogItemId: items.get(itemId)?.publicId,
      confidence,
    })),
    label: detection.label,
  };
}

function toItem(itemId: string | null, items: ExportPage['items']) {
  const named = items.get(itemId ?? '');
  if (!named) return null;
  const { name = null, customId = null, barcode = null } = named.item ?? {};
  return { id: named.publicId, name, customId, barcode };
}

function encodeIfAny(kind: IdKind, uuid: string | null): string | null {
  return uuid === null ? null : encodeId(kind, uuid);
}
