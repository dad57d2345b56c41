import type { Code } from '../recognition/codes/code.ts';
import type { Detection } from '../recognition/detection.ts';
import type { FoundLabel } from '../recognition/labels.ts';
import type { PriceTag } from '../recognition/prices/price-tag.ts';
import { roundShare } from '../recognition/rounding.ts';
import { type ShelfUse, sumShelfUse } from '../recognition/shares.ts';
import type { TextLine } from '../recognition/text/text-line.ts';
import type { AnalysisWarning } from '../shared/warning.ts';

/** Milliseconds per stage. */
export interface StoredTimings {
  decodeMs: number;
  inferenceMs: number;
  matchMs: number;
  /** Absent: text was not to be read, or this was stored before it could be. */
  textMs?: number;
  /** Absent: no codes were to be read. */
  codesMs?: number;
}

/** What an analysis found, as `analysis_result` stores it. */
export interface AnalysisResult {
  width: number;
  height: number;
  detections: Detection[];
  /** Labels of the whole picture, most probable first; empty unless the pipeline labels pictures. */
  labels: FoundLabel[];
  /** null: not a FILTER task. */
  accepted: boolean | null;
  /** Lines of text in reading order; null: not requested, not read (a warning says why), or deleted with the picture. */
  texts: TextLine[] | null;
  /** Null as `texts` is. */
  codes: Code[] | null;
  /** Price tags, found in `texts`, and null where they are. */
  prices: PriceTag[] | null;
  timings: StoredTimings;
  /** What did not prevent its analysis: faults of the picture, optional steps that failed. */
  warnings: AnalysisWarning[];
}

/** Values per item for filters and shares; detections without an item are summed under null. */
export function summarizeFacings(detections: readonly Detection[]): ShelfUse[] {
  return sumShelfUse(
    detections.map(({ itemId, box: [, , width, height], place }) => ({
      itemId,
      width,
      height,
      standsOnShelf: (place?.[2] ?? 0) === 0,
    })),
  );
}

/** The highest confidence of each item that was found, 0..1. */
export function bestConfidences(detections: readonly Detection[]): Map<string, number> {
  const best = new Map<string, number>();
  for (const { itemId, confidence } of detections)
    if (itemId !== null) best.set(itemId, Math.max(confidence, best.get(itemId) ?? 0));
  return best;
}

/** Mean confidence, 0..1; null when nothing was found. */
export function meanConfidence(detections: readonly Detection[]): number | null {
  if (detections.length === 0) return null;
  return roundShare(detections.reduce((sum, detection) => sum + detection.confidence, 0) / detections.length);
}
