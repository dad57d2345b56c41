import type { AnalysisResult } from '../src/analyses/result.ts';
import type { Box } from '../src/recognition/box.ts';
import { boxAround } from '../src/recognition/codes/code.ts';
import { findPriceTags } from '../src/recognition/prices/find-price-tags.ts';
import type { PriceTag } from '../src/recognition/prices/price-tag.ts';
import { roundCorners, roundPixels, roundShare } from '../src/recognition/rounding.ts';
import type { Failure } from '../src/shared/failure.ts';
import type { AnalyzeOutcome, FailedOutcome } from './engines/pool/pool.ts';

/** Rounds what is stored to significant digits: API, exports and sums all use it. */
export function toResult({
  width,
  height,
  detections,
  labels,
  accepted,
  texts,
  codes,
  timings,
  warnings,
}: AnalyzeOutcome): Omit<AnalysisResult, 'prices'> {
  return {
    width,
    height,
    timings,
    warnings,
    labels: labels.map(withRoundConfidence),
    texts: texts?.map((line) => ({ ...withRoundConfidence(line), corners: roundCorners(line.corners) })) ?? null,
    accepted,
    codes: codes?.map((code) => ({ ...code, corners: roundCorners(code.corners) })) ?? null,
    detections: detections.map(({ x, y, width: boxWidth, height: boxHeight, place, ...found }) => ({
      ...withRoundConfidence(found),
      box: roundPixels([x, y, boxWidth, boxHeight]),
      objectness: roundShare(found.objectness),
      ...(found.labelConfidence !== undefined && { labelConfidence: roundShare(found.labelConfidence) }),
      candidates: found.candidates.map(withRoundConfidence),
      place: [place.shelf, place.position, place.level],
    })),
  };
}

function withRoundConfidence<T extends { confidence: number }>(found: T): T {
  return { ...found, confidence: roundShare(found.confidence) };
}

/**
 * The price tags in what was read; null: no text was.
 * @param boxes of tags that a detector found, the most certain first
 * @param currency ISO 4217, of the task; null: unknown
 */
export function pricesIn(
  { texts, codes, detections }: Pick<AnalysisResult, 'texts' | 'codes' | 'detections'>,
  boxes: readonly Box[],
  currency: string | null,
): PriceTag[] | null {
  if (texts === null) return null;
  const lines = texts
    .filter(({ detection }) => detection === null)
    .map(({ text, corners }) => {
      const [x, y, width, height] = boxAround(corners);
      return { text, box: { x, y, width, height } };
    });
  return findPriceTags({ lines, boxes, detections, codes: codes ?? [], currency }).map((tag) => ({
    ...tag,
    box: roundPixels(tag.box),
  }));
}

/** The outcome of a job that no engine was given. */
export function failedOutcome(failure: Failure): FailedOutcome {
  return { ok: false, failure, attempts: 0 };
}

export const internalFailure: Failure = {
  code: 'INTERNAL',
  message: 'The server failed, not the picture. Submit it again.',
  retryable: true,
};

export function modelUnavailable(pipeline: string): Failure {
  return {
    code: 'MODEL_UNAVAILABLE',
    message: `This worker has no pipeline ${pipeline}. Run "sightline models list" on the worker's machine, or use another pipeline.`,
    retryable: true,
  };
}
