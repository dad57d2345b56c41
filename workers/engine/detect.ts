import { type Box, clampBox, type ScoredBox } from '../../src/recognition/box.ts';
import { decodeDetections } from '../../src/recognition/decoders/index.ts';
import { fitLetterbox, fromFrame } from '../../src/recognition/letterbox.ts';
import { suppressOverlaps } from '../../src/recognition/nms.ts';
import { chooseTilesPerSide, isCutByTile, planTiles } from '../../src/recognition/tiling.ts';
import { cutRegion } from './cut.ts';
import type { DecodedPicture } from './decode.ts';
import type { JobGuard } from './job-guard.ts';
import type { DetectorStep } from './loaded-pipelines.ts';
import { runBatches } from './run-batches.ts';

/**
 * Finds products: once on the whole picture and, when they turn out too small for the detector, again on overlapping
 * tiles. Boxes are in picture pixels, inside the picture, the surest first.
 */
export async function detectProducts(
  picture: DecodedPicture,
  pipeline: DetectorStep,
  minScore: number,
  guard: JobGuard,
): Promise<ScoredBox[]> {
  const { tiling, nmsIou, maxDetections } = pipeline.settings;
  const whole: Box = { x: 0, y: 0, width: picture.width, height: picture.height };
  const found = await detectInRegions(picture, [whole], pipeline, minScore, guard);
  const scale = fitLetterbox(picture, pipeline.detector.model.manifest.input).scaleX;
  const widths = suppressOverlaps(found, nmsIou, maxDetections).map((box) => box.width);
  const tilesPerSide = chooseTilesPerSide(widths, scale, tiling);
  if (tilesPerSide > 1) {
    const tiles = planTiles(picture, tilesPerSide, tiling.overlap);
    found.push(...(await detectInRegions(picture, tiles, pipeline, minScore, guard)));
  }
  const inside = found.map((box) => clampBox(box, picture)).filter((box) => box !== null);
  return suppressOverlaps(inside, nmsIou, maxDetections);
}

async function detectInRegions(
  picture: DecodedPicture,
  regions: readonly Box[],
  { detector, settings }: DetectorStep,
  minScore: number,
  guard: JobGuard,
): Promise<ScoredBox[]> {
  const { manifest } = detector.model;
  const { input } = manifest;
  const fits = regions.map((region) =>
    input.resize === 'stretch' ? stretch(region, input) : fitLetterbox(region, input),
  );
  const found: ScoredBox[] = [];
  await runBatches(
    detector,
    regions.length,
    async (index) => ({ ...fits[index]!, rgb: await cutRegion(picture, regions[index]!, fits[index]!) }),
    (outputs, first, pictures) => {
      for (let index = 0; index < pictures; index++) {
        const region = regions[first + index]!;
        const proposals = decodeDetections(outputs, manifest, index, minScore)
          .map((box) => fromFrame(box, fits[first + index]!))
          .map((box) => ({ ...box, x: box.x + region.x, y: box.y + region.y }))
          .filter((box) => !isCutByTile(box, region, picture));
        found.push(...suppressOverlaps(proposals, settings.nmsIou, settings.maxDetections));
      }
    },
    guard,
  );
  return found;
}

function stretch(region: Box, frame: { width: number; height: number }) {
  return {
    scaleX: frame.width / region.width,
    scaleY: frame.height / region.height,
    width: frame.width,
    height: frame.height,
  };
}
