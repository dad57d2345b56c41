import type { Logger } from '../../src/log.ts';
import type { LoadedPipeline } from '../../src/models/load-pipelines.ts';
import type { FoundLabel } from '../../src/recognition/labels.ts';
import { roundPixels, roundShare } from '../../src/recognition/rounding.ts';
import type { Failure } from '../../src/shared/failure.ts';
import { roundTime } from '../../src/video-analyses/time.ts';
import type { UntrackedFrame } from '../../src/video-analyses/track-book.ts';
import { VideoFailure } from '../decoder/video-failure.ts';
import type { AnalyzeOutcome } from '../engines/pool/pool.ts';

/** What was found in a frame, as it is stored: what a pipeline finds in it, or, if it finds nothing of the kind, what labels it. */
export function toFrame(timeSeconds: number, outcome: AnalyzeOutcome, kind: LoadedPipeline['kind']): UntrackedFrame {
  const { width, height, detections, labels, accepted } = outcome;
  return {
    timeSeconds: roundTime(timeSeconds),
    width,
    height,
    accepted,
    labels: kind === 'LABELS' ? labels.map(rounded) : [],
    detections: detections.map((found) => ({
      box: roundPixels([found.x, found.y, found.width, found.height]),
      objectness: roundShare(found.objectness),
      confidence: roundShare(found.confidence),
      itemId: found.itemId,
      matchedBy: found.matchedBy,
      label: found.label,
    })),
  };
}

function rounded(label: FoundLabel): FoundLabel {
  return { ...label, confidence: roundShare(label.confidence) };
}

/** The failure of a video that could not be decoded. @throws any other error */
export function toVideoFailure(error: unknown, logger: Logger): Failure {
  if (!(error instanceof VideoFailure)) throw error;
  const { code, message, detail } = error;
  if (detail !== null) logger.info({ code, detail }, 'A video cannot be decoded.');
  return { code, message, retryable: code === 'VIDEO_UNAVAILABLE' };
}

/** After this many attempts at one second whose worker ended, the video is the cause. */
export const mostAttempts = 3;

export function endedItsWorkers(second: number): Failure {
  return {
    code: 'ENGINE_CRASHED',
    message: `The workers that analysed second ${second} of the video ended ${mostAttempts} times. What was found before stays.`,
    retryable: false,
  };
}

export function tookTooLong(maxSeconds: number): Failure {
  return {
    code: 'PROCESSING_TIME_EXCEEDED',
    message: `Processing took longer than maxProcessingSeconds, ${maxSeconds} s. What was found before stays. Sample fewer frames, or allow more time.`,
    retryable: true,
  };
}
