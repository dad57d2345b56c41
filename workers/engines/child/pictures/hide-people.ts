import { classLabel } from '../../../../src/models/manifest.ts';
import type { Box } from '../../../../src/recognition/box.ts';
import type { Blur } from '../../../../src/recognition/objects/blur.ts';
import { bodyRegion, headRegion } from '../../../../src/recognition/objects/hidden-regions.ts';
import { pixelate } from '../../../../src/recognition/pixelate.ts';
import { planTiles } from '../../../../src/recognition/tiling.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import type { JobGuard } from '../job-guard.ts';
import type { ReadyObjectPipeline, ReadyPipelines } from '../pipelines/loaded-pipelines.ts';
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
  pipelines: ReadyPipelines,
  guard: JobGuard,
): Promise<P> {
  const people = await findPeople(picture, await peopleFinder(pipelines), guard);
  const hidden = { ...picture, rgb: Buffer.from(picture.rgb) };
  for (const box of people) pixelate(hidden.rgb, picture, regionOf(box, blur, picture));
  return hidden;
}

function regionOf(box: Box, blur: Blur, picture: DecodedPicture): Box {
  return blur === 'HEADS' ? headRegion(box, picture) : bodyRegion(box, picture);
}

async function peopleFinder(pipelines: ReadyPipelines): Promise<ReadyObjectPipeline> {
  for (const { settings, open } of pipelines.values())
    if (settings.kind === 'OBJECTS' && settings.groups.includes('person')) return (await open()) as ReadyObjectPipeline;
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
