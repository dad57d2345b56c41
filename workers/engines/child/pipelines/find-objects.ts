import { classLabel } from '../../../../src/models/manifest.ts';
import { type Box, pixelRegion, type Size, widened } from '../../../../src/recognition/box.ts';
import type { FoundLabel } from '../../../../src/recognition/labels.ts';
import type { FoundObject } from '../../../../src/recognition/objects/found-object.ts';
import { smoothHerd } from '../../../../src/recognition/objects/herd.ts';
import { judgeObjects } from '../../../../src/recognition/objects/judge-objects.ts';
import { lookAgain } from '../../../../src/recognition/objects/second-look.ts';
import { selectObjects } from '../../../../src/recognition/objects/select-objects.ts';
import { placeOnShelves } from '../../../../src/recognition/realogram.ts';
import { objectnessThreshold } from '../../../../src/recognition/threshold.ts';
import type { AnalyzeJob, FoundDetection, JobKinds } from '../../protocol/jobs.ts';
import type { JobGuard } from '../job-guard.ts';
import type { DecodedFile, DecodedPicture } from '../pictures/decode.ts';
import { classifyRegions } from '../steps/classify/classify.ts';
import { classifyStep } from '../steps/classify/classify-step.ts';
import { detectProducts, untiled } from '../steps/detect/detect.ts';
import { detectStep } from '../steps/detect/detect-step.ts';
import { StepTimes } from '../steps/step-times.ts';
import type { ReadyObjectPipeline } from './loaded-pipelines.ts';

/** Finds people, animals and vehicles in a decoded picture, and says what they are. decodeMs is copied to the timings. */
export async function findObjects(
  picture: DecodedFile & { decodeMs: number },
  pipeline: ReadyObjectPipeline,
  options: Pick<AnalyzeJob, 'threshold' | 'topCandidates' | 'acceptGroups' | 'smoothNeighbors'>,
  guard: JobGuard,
): Promise<JobKinds['analyze']['result']> {
  const { groups, secondLook, threshold: usual } = pipeline.settings;
  const threshold = options.threshold ?? usual;
  const times = new StepTimes();
  const proposed = await times.measure(detectStep, () => detectObjects(picture, pipeline, threshold, guard));
  const [whole, ...parts] = await times.measure(classifyStep, () =>
    classifyRegions(picture, [wholeOf(picture), ...lookedAt(proposed, picture, secondLook.margin)], pipeline, guard),
  );
  const found = await times.measure({ timing: 'matchMs' }, () => {
    const objects = nameObjects(proposed, parts, pipeline, options.smoothNeighbors);
    const rule = { ...options, threshold, groups, wholeFrom: secondLook.wholeFrom };
    return { detections: describeObjects(objects), ...judgeObjects(objects, whole!, rule) };
  });
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    ...found,
    texts: null,
    codes: null,
    warnings: picture.warnings,
    timings: times.timings(picture.decodeMs),
  };
}

/** Boxes of the groups that the pipeline reports, with the detector's class. */
async function detectObjects(
  picture: DecodedPicture,
  { settings, detector }: ReadyObjectPipeline,
  threshold: number,
  guard: JobGuard,
): Promise<FoundObject[]> {
  const { manifest, variant } = detector.model;
  const { groups, steps, maxDetections, threshold: usual } = settings;
  const least = objectnessThreshold(manifest.variants[variant]!.threshold, usual, threshold);
  const detecting = { detector, settings: { maxDetections, steps, tiling: untiled } };
  const boxes = await detectProducts(picture, detecting, least, guard);
  const { sameThingIou } = steps.detector;
  const found = selectObjects(boxes, manifest.labels.map(classLabel), { groups, sameThingIou });
  return found.filter(({ box }) => box.score >= threshold);
}

function wholeOf({ width, height }: Size): Box {
  return { x: 0, y: 0, width, height };
}

function lookedAt(objects: readonly FoundObject[], picture: Size, margin: number): Box[] {
  return objects.map(({ box }) =>
    pixelRegion(widened(box, margin * Math.max(box.width, box.height), picture), picture),
  );
}

function nameObjects(
  proposed: readonly FoundObject[],
  chances: readonly FoundLabel[][],
  { settings: { groups, secondLook } }: ReadyObjectPipeline,
  smoothNeighbors: boolean,
): FoundObject[] {
  const looks = proposed.map((object, index) => ({ object, chances: chances[index]! }));
  const objects = lookAgain(looks, { ...secondLook, groups });
  const herds = { groups: secondLook.nameGroups, alikeFrom: secondLook.alikeFrom };
  return smoothNeighbors ? smoothHerd(objects, looks, herds) : objects;
}

function describeObjects(objects: readonly FoundObject[]): FoundDetection[] {
  const places = placeOnShelves(objects.map(({ box }) => box));
  return objects.map(({ box: { x, y, width, height, score }, label }, index) => ({
    x,
    y,
    width,
    height,
    objectness: score,
    confidence: score,
    itemId: null,
    matchedBy: null,
    candidates: [],
    label: label.name,
    group: label.group,
    labelConfidence: label.confidence,
    place: places[index]!,
  }));
}
