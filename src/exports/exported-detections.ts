import { encodeDetectionId } from '../analyses/detection-id.ts';
import { encodeId } from '../ids.ts';
import type { CorrectedDetection } from '../recognition/corrections/apply.ts';

/** A detection as a file shows it. */
export interface ExportedDetection extends CorrectedDetection {
  /** As clients know it: that of the detection, or of the correction that added it. */
  publicId: string;
  /** As clients know it; null: it is as it was found. */
  publicCorrectionId: string | null;
}

export function toExported(analysisId: string, all: readonly CorrectedDetection[]): ExportedDetection[] {
  return all.map((one) => {
    const publicCorrectionId = one.correctionId && encodeId('correction', one.correctionId);
    const publicId = one.index === null ? publicCorrectionId! : encodeDetectionId({ analysisId, index: one.index });
    return { ...one, publicId, publicCorrectionId };
  });
}
