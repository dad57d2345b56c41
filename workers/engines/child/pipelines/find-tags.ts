import { type Box, intersectionArea, type ScoredBox } from '../../../../src/recognition/box.ts';
import { insideFrom } from '../../../../src/recognition/text/text-line.ts';
import type { JobGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import { detectProducts, untiled } from '../steps/detect/detect.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';

/** Boxes of the price tags of a picture, the most certain first; none if the pipeline has no detector for them. */
export async function findTags(
  picture: DecodedPicture,
  { settings, tagDetector }: ReadyProductPipeline,
  detections: readonly Box[],
  guard: JobGuard,
): Promise<ScoredBox[]> {
  const step = settings.steps.tagDetector;
  if (!tagDetector || !step) return [];
  guard.check();
  const detector = await tagDetector();
  const { manifest, variant } = detector.model;
  const detecting = {
    detector,
    settings: { maxDetections: settings.maxDetections, tiling: untiled, steps: { detector: step } },
  };
  const tags = await detectProducts(picture, detecting, manifest.variants[variant]!.threshold, guard);
  // A box on a product is a print on the pack, as a line of text there is.
  const isPrinted = (tag: Box) =>
    detections.some((product) => intersectionArea(tag, product) >= insideFrom * tag.width * tag.height);
  return tags.filter((tag) => !isPrinted(tag));
}
