import { classLabel } from '../../../../src/models/manifest.ts';
import type { ScoredBox } from '../../../../src/recognition/box.ts';
import { placeOnShelves } from '../../../../src/recognition/realogram.ts';
import { objectnessThreshold } from '../../../../src/recognition/threshold.ts';
import type { FoundDetection, JobKinds } from '../../protocol/jobs.ts';
import type { WaitingGuard } from '../job-guard.ts';
import type { DecodedFile } from '../pictures/decode.ts';
import { detectProducts } from '../steps/detect/detect.ts';
import { detectStep } from '../steps/detect/detect-step.ts';
import { StepTimes } from '../steps/step-times.ts';
import type { AnalysisRequest } from './analysis-request.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';
import { nameBoxes } from './name-boxes.ts';
import type { MatchedNaming } from './name-facings.ts';
import { readExtras } from './read-extras.ts';

/**
 * Detects, embeds and names the products of a decoded picture, finds their places on the shelves, and reads codes and text. decodeMs is copied to the
 * timings.
 */
export async function analyzePicture(
  picture: DecodedFile & { decodeMs: number },
  pipeline: ReadyProductPipeline,
  request: AnalysisRequest,
  guard: WaitingGuard,
): Promise<JobKinds['analyze']['result']> {
  const { settings, detector } = pipeline;
  const threshold = request.options.threshold ?? settings.threshold;
  const labels = detector.model.manifest.labels.map((entry) => classLabel(entry).name);
  const detectorThreshold = detector.model.manifest.variants[detector.model.variant]!.threshold;
  const times = new StepTimes();
  const least = objectnessThreshold(detectorThreshold, settings.threshold, threshold);
  const boxes = await times.measure(detectStep, () => detectProducts(picture, pipeline, least, guard));
  const namings = await nameBoxes(boxes, { picture, pipeline, request, times, guard });
  const reported = boxes
    .map((box, index) => describeDetection(box, namings[index]!, labels))
    .filter((detection) => detection.confidence >= threshold);
  // Only among the reported ones, so that positions have no gaps.
  const places = placeOnShelves(reported);
  const detections = reported.map((detection, index) => ({ ...detection, place: places[index]! }));
  const extras = await readExtras(picture, detections, { pipeline, request, times, guard });
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    detections,
    labels: [],
    accepted: null,
    ...extras,
    warnings: [...picture.warnings, ...extras.warnings],
    timings: times.timings(picture.decodeMs),
  };
}

function describeDetection(
  box: ScoredBox,
  naming: MatchedNaming,
  labels: readonly string[],
): Omit<FoundDetection, 'place'> {
  const { x, y, width, height, score } = box;
  return {
    x,
    y,
    width,
    height,
    objectness: score,
    ...naming,
    label: box.label === null ? null : (labels[box.label] ?? null),
  };
}
