import { classLabel } from '../../../../src/models/manifest.ts';
import type { Box } from '../../../../src/recognition/box.ts';
import type { Blur } from '../../../../src/recognition/objects/blur.ts';
import { bodyRegion, headRegion } from '../../../../src/recognition/objects/hidden-regions.ts';
import { pixelate } from '../../../../src/recognition/pixelate.ts';
import { planTiles } from '../../../../src/recognition/tiling.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import type { JobGuard } from '../job-guard.ts';
import type { ReadyObjectPipeline, ReadyPipeline } from '../pipelines/loaded-pipelines.ts';
import { detectInRegions, untiled } from '../steps/detect/detect.ts';
import type { DecodedPicture } from './decode.ts';

/**
 * Lower than for results: a hidden traffic light is a smaller fault than a face that is shown. Recall and false alarms:
 * docs/models.md.
 */
const personFrom = 0.2;
/** Pictures are looked at in tiles besides as a whole, where people would be too small. */
const tilesPerSide = 2;
const overlap = 0.2;

/**
 * A copy of a picture in which the people that are found are unrecognisable.
 * @throws JobFailure MODEL_UNAVAILABLE if no pipeline finds people: a picture is never shown unchanged instead.
 */
export async function hidePeople<P extends DecodedPicture>(
  picture: P,
  blur: Blur,
  pipelines: ReadonlyMap<string, ReadyPipeline>,
  guard: JobGuard,
): Promise<P> {
  const people = await findPeople(picture, peopleFinder(pipelines), guard);
  const hidden = { ...picture, rgb: Buffer.from(picture.rgb) };
  for (const box of people) pixelate(hidden.rgb, picture, regionOf(box, blur, picture));
  return hidden;
}

function regionOf(box: Box, blur: Blur, picture: DecodedPicture): Box {
  return blur === 'HEADS' ? headRegion(box, picture) : bodyRegion(box, picture);
}

function peopleFinder(pipelines: ReadonlyMap<string, ReadyPipeline>): ReadyObjectPipeline {
  for (const pipeline of pipelines.values())
    if (pipeline.kind === 'OBJECTS' && pipeline.settings.groups.includes('person')) return pipeline;
  throw new JobFailure('MODEL_UNAVAILABLE', 'No pipeline of this worker finds people, who must not be shown.');
}

async function findPeople(
  picture: DecodedPicture,
  { detector, settings }: ReadyObjectPipeline,
  guard: JobGuard,
): Promise<Box[]> {
  const { manifest } = detector.model;
  const { input } = manifest;
  const { maxDetections, steps } = settings;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const isLarge = Math.max(picture.width, picture.height) > Math.max(input.width, input.height);
  const regions = isLarge ? [whole, ...planTiles(picture, tilesPerSide, overlap)] : [whole];
  const detecting = { detector, settings: { maxDetections, steps, tiling: untiled } };
  const boxes = await detectInRegions(picture, regions, input, detecting, personFrom, guard);
  const isPerson = (label: number | null) => label !== null && classLabel(manifest.labels[label]!).group === 'person';
  return boxes.filter(({ label }) => isPerson(label));
}
