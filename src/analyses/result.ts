/** What an analysis found, as `analysis_result` stores it. Boxes are pixels of the picture after EXIF orientation. */
export interface StoredDetection {
  /** x, y, width, height */
  box: [number, number, number, number];
  objectness: number;
  confidence: number;
  itemId: string | null;
  matchedBy: 'APPEARANCE' | 'VERIFIED' | 'NEIGHBOR' | null;
  candidates: { itemId: string; confidence: number }[];
  label: string | null;
}

/** Milliseconds a stage. */
export interface StoredTimings {
  decodeMs: number;
  inferenceMs: number;
  matchMs: number;
}

export interface AnalysisResult {
  width: number;
  height: number;
  detections: StoredDetection[];
  timings: StoredTimings;
}

export interface ItemSummary {
  itemId: string;
  facings: number;
  /** Sum over its facings, in square pixels. */
  area: number;
  /** Sum over its facings, in pixels. */
  width: number;
}

/** Per item what filters and shares need. */
export function summarizeItems(detections: readonly StoredDetection[]): ItemSummary[] {
  const summaries = new Map<string, ItemSummary>();
  for (const { itemId, box } of detections) {
    if (itemId === null) continue;
    const summary = summaries.get(itemId) ?? { itemId, facings: 0, area: 0, width: 0 };
    summary.facings += 1;
    summary.area += box[2] * box[3];
    summary.width += box[2];
    summaries.set(itemId, summary);
  }
  return [...summaries.values()];
}

/** Mean confidence, 0..1; null when nothing was found. */
export function meanConfidence(detections: readonly StoredDetection[]): number | null {
  if (detections.length === 0) return null;
  return detections.reduce((sum, detection) => sum + detection.confidence, 0) / detections.length;
}
