import { decodeId, encodeId } from '../ids.ts';

/** A detection of a result: the analysis (UUID) and the index in its list. */
export interface DetectionKey {
  analysisId: string;
  index: number;
}

/** The stable id by which clients know a detection. */
export function encodeDetectionId({ analysisId, index }: DetectionKey): string {
  return `${encodeId('analysis', analysisId)}-${index}`;
}

/** null if it is not such an id. */
export function decodeDetectionId(text: string): DetectionKey | null {
  const parts = /^(.+)-(0|[1-9]\d{0,5})$/.exec(text);
  const analysisId = parts && decodeId('analysis', parts[1]!);
  return analysisId ? { analysisId, index: Number(parts[2]) } : null;
}
