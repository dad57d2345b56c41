import type { ResultBasis } from '../analyses/corrections/correction.ts';
import { readSubmitted } from '../analyses/submitted-fields.ts';
import { encodeId, type IdKind } from '../ids.ts';
import type { StoredGap } from '../planograms/gaps.repository.ts';
import { type Code, pointsOf } from '../recognition/codes/code.ts';
import { plainDetectionFields } from '../recognition/detection.ts';
import type { PriceTag } from '../recognition/prices/price-tag.ts';
import { type TextLine, textOf } from '../recognition/text/text-line.ts';
import { readFailure } from '../shared/failure.ts';
import type { AnalysisOnBasis, ExportPage } from './export-pages.ts';
import type { ExportedDetection } from './exported-detections.ts';
import { toItem } from './named-items.ts';
import type { TextFile } from './text-file.ts';

/** One line of JSON per analysis in any status, with the names of the schema. @returns how many analyses */
export async function writeJsonl(pages: AsyncIterable<ExportPage>, file: TextFile): Promise<number> {
  let rows = 0;
  for await (const { analyses, basis, items } of pages) {
    await file.write(analyses.map((analysis) => `${JSON.stringify(toLine(analysis, basis, items))}\n`).join(''));
    rows += analyses.length;
  }
  return rows;
}

function toLine(analysis: AnalysisOnBasis, basis: ResultBasis, items: ExportPage['items']) {
  const id = encodeId('analysis', analysis.id);
  return {
    id,
    status: analysis.status,
    failure: readFailure(analysis),
    task: { id: encodeId('task', analysis.task_id), name: analysis.task_name },
    batchId: encodeIfAny('batch', analysis.batch_id),
    rerunOfId: encodeIfAny('analysis', analysis.rerun_of),
    image: toImage(analysis),
    ...readSubmitted(analysis),
    options: analysis.options,
    pipeline: analysis.pipeline,
    createdAt: analysis.created_at,
    startedAt: analysis.started_at,
    finishedAt: analysis.finished_at,
    timings: analysis.timings,
    warnings: analysis.warnings ?? [],
    confidence: analysis.confidence,
    // The size that boxes refer to; the picture itself may be deleted.
    width: analysis.width,
    height: analysis.height,
    basis,
    detections: (analysis.detections ?? []).map((detection) => ({
      ...toDetection(detection, items),
      text: textOf(analysis.texts, detection.index),
    })),
    labels: analysis.labels ?? [],
    accepted: analysis.accepted,
    texts: analysis.texts?.map((line) => toTextLine(line, id)) ?? null,
    codes: analysis.codes?.map((code) => toCode(code, id)) ?? null,
    priceTags: analysis.prices?.map((tag) => toPriceTag(tag, id)) ?? null,
    compliance: toCompliance(analysis, items),
    gaps: analysis.gaps?.map((gap) => toGap(gap, items)) ?? null,
    gapShare: analysis.gap_share,
  };
}

function toTextLine({ text, confidence, corners, detection }: TextLine, analysisId: string) {
  const quadrilateral = [0, 2, 4, 6].map((index) => ({ x: corners[index], y: corners[index + 1] }));
  return { text, confidence, quadrilateral, detectionId: detection === null ? null : `${analysisId}-${detection}` };
}

function toImage({ image_id, filename, mime_type, sha256, recorded_at }: AnalysisOnBasis) {
  if (image_id === null) return null;
  return { id: encodeId('image', image_id), filename, mimeType: mime_type, sha256, recordedAt: recorded_at };
}

function toDetection({ detection, publicId, publicCorrectionId }: ExportedDetection, items: ExportPage['items']) {
  const [x, y, width, height] = detection.box;
  return {
    id: publicId,
    correctionId: publicCorrectionId,
    box: { x, y, width, height },
    catalogItem: toItem(detection.itemId, items),
    candidates: detection.candidates.map(({ itemId, confidence }) => ({
      catalogItemId: items.get(itemId)?.publicId,
      confidence,
    })),
    ...Object.fromEntries(plainDetectionFields.map((name) => [name, detection[name]])),
    ...(detection.group && { labelGroup: detection.group, labelConfidence: detection.labelConfidence }),
  };
}

function toPriceTag({ box, gtin, unitPrice, detections, ...tag }: PriceTag, analysisId: string) {
  const [x, y, width, height] = box;
  const { money, ...measure } = unitPrice ?? { money: null };
  return {
    ...tag,
    box: { x, y, width, height },
    unitPrice: money && { price: money, ...measure },
    barcode: gtin,
    detectionIds: detections.map((index) => `${analysisId}-${index}`),
  };
}

function toCode({ value, format, gtin, corners, detection }: Code, analysisId: string) {
  const quadrilateral = pointsOf(corners).map(([x, y]) => ({ x, y }));
  return { value, format, gtin, quadrilateral, detectionId: detection === null ? null : `${analysisId}-${detection}` };
}

function toGap({ shelf, box: [x, y, width, height], facings, missing }: StoredGap, items: ExportPage['items']) {
  const catalogItem = toItem(missing?.itemId ?? null, items);
  return { shelf, box: { x, y, width, height }, facings, catalogItem, catalogItemFrom: missing?.source ?? null };
}

function toCompliance({ detections, compliance }: AnalysisOnBasis, items: ExportPage['items']) {
  if (compliance === null) return null;
  const { planogramId, version, score, positions, unplanned } = compliance;
  // Whoever was judged has detections.
  const detectionIds = (indexes: readonly number[]) => indexes.map((index) => detections![index]!.publicId);
  return {
    planogramId: encodeId('planogram', planogramId),
    planogramVersion: version,
    score,
    positions: positions.map(({ itemId, detections, ...position }) => ({
      ...position,
      catalogItem: toItem(itemId, items),
      detectionIds: detectionIds(detections),
    })),
    unplannedDetectionIds: detectionIds(unplanned),
  };
}

function encodeIfAny(kind: IdKind, uuid: string | null): string | null {
  return uuid === null ? null : encodeId(kind, uuid);
}
