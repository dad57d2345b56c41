import type { Kysely } from 'kysely';
import { moveAnalyses } from '../../src/analyses/life.repository.ts';
import type { AnalysisResult } from '../../src/analyses/result.ts';
import type { DB } from '../../src/database/types.generated.ts';
import { inLogOrder } from '../../src/events/order.ts';
import { decodeId } from '../../src/ids.ts';
import type { Detection } from '../../src/recognition/detection.ts';
import type { FailureCode } from '../../src/shared/failure.ts';
import { storedDetection } from './stored-results.ts';

export interface End {
  /** What was found; SUCCEEDED. */
  detections?: readonly Partial<Detection>[];
  /** FAILED instead. */
  failure?: FailureCode;
  /** How long an engine worked, to the end. Default 100. */
  ranMs?: number;
}

/** A result with these detections. */
export function resultOf(detections: readonly Partial<Detection>[]): AnalysisResult {
  return {
    width: 4_000,
    height: 3_000,
    detections: detections.map(storedDetection),
    labels: [],
    accepted: null,
    texts: null,
    codes: null,
    prices: null,
    timings: { decodeMs: 1, inferenceMs: 2, matchMs: 3 },
    warnings: [],
  };
}

/** Brings a QUEUED analysis to its end, as a worker does. @param id as clients know it */
export async function endAnalysis(db: Kysely<DB>, id: string, { detections = [], failure, ranMs = 100 }: End = {}) {
  const analysisId = decodeId('analysis', id)!;
  const end = failure
    ? ({ to: 'FAILED', failure: { code: failure, message: 'It failed.', retryable: true } } as const)
    : ({ to: 'SUCCEEDED', result: resultOf(detections) } as const);
  await inLogOrder(db, (trx) =>
    moveAnalyses(trx, [
      { analysisId, to: 'RUNNING', agoMs: ranMs, attempt: 1 },
      { analysisId, agoMs: 0, ...end },
    ]),
  );
}
