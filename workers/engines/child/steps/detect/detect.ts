import type { ProductPipeline } from '../../../../../src/models/load-pipelines.ts';
import type { DetectorManifest } from '../../../../../src/models/manifest.ts';
import { type Box, clampBox, type ScoredBox, type Size } from '../../../../../src/recognition/box.ts';
import { decodeDetections } from '../../../../../src/recognition/decoders/index.ts';
import { fitFrame, fromFrame } from '../../../../../src/recognition/letterbox.ts';
import { suppressOverlaps } from '../../../../../src/recognition/nms.ts';
import { doubtParts } from '../../../../../src/recognition/parts.ts';
import { chooseTilesPerSide, isCutByTile, medianWidth, planTiles } from '../../../../../src/recognition/tiling.ts';
import { doubtByTypicalWidth } from '../../../../../src/recognition/typical-width.ts';
import type { JobGuard } from '../../job-guard.ts';
import type { ModelSession } from '../../models/model-session.ts';
import { runBatches } from '../../models/run-batches.ts';
import { cutRegion } from '../../pictures/cut.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';

/** Looks at pictures as a whole only. */
export const untiled = { whenNarrowerThan: 0, targetWidth: 1, overlap: 0.2, maxTilesPerSide: 1 } as const;

/** The part of a pipeline that detection needs. */
export interface Detecting {
  settings: Pick<ProductPipeline, 'maxDetections' | 'tiling' | 'shrinking' | 'typicalWidth' | 'parts'> & {
    steps: { detector: Pick<ProductPipeline['steps']['detector'], 'nmsIou'> };
  };
  detector: ModelSession<DetectorManifest>;
}

/**
 * Finds products: once on the whole picture. If they are too small for the detector, again on overlapping tiles. If they are too
 * large, only parts of them were found, and the result of a second run on a smaller picture is used instead. Boxes of a
 * picture of wide products lose certainty, and so do boxes that lie inside more certain ones. Boxes are in picture pixels, inside the
 * picture, most certain first.
 */
export async function detectProducts(
  picture: DecodedPicture,
  pipeline: Detecting,
  minScore: number,
  guard: JobGuard,
): Promise<ScoredBox[]> {
  const { tiling, shrinking, typicalWidth, parts, steps, maxDetections } = pipeline.settings;
  const { nmsIou } = steps.detector;
  const { manifest, variant } = pipeline.detector.model;
  const { input } = manifest;
  const whole: Box = { x: 0, y: 0, width: picture.width, height: picture.height };
  const look = (regions: readonly Box[], frame: Size) =>
    detectInRegions(picture, regions, frame, pipeline, minScore, guard);
  const scaleOf = (region: Size, frame: Size) => fitFrame(region, frame, input.resize).scaleX;
  let found = await look([whole], input);
  let scale = scaleOf(picture, input);
  // Decided by certain boxes only, whatever threshold is requested: uncertain boxes could choose another run, and so change the
  // certain ones.
  const sureFrom = manifest.variants[variant]!.threshold;
  const sure = found.filter(({ score }) => score >= sureFrom);
  const widths = suppressOverlaps(sure, nmsIou, maxDetections).map((box) => box.width);
  const tilesPerSide = chooseTilesPerSide(widths, scale, tiling);
  if (tilesPerSide > 1) {
    const tiles = planTiles(picture, tilesPerSide, tiling.overlap);
    found.push(...(await look(tiles, input)));
    scale = scaleOf(tiles[0]!, input);
  } else if (shrinking && medianWidth(widths) * scale > shrinking.whenWiderThan) {
    const frame = shrink(input, shrinking.share);
    found = await look([whole], frame);
    scale = scaleOf(picture, frame);
  }
  const inside = found.map((box) => clampBox(box, picture)).filter((box) => box !== null);
  const boxes = suppressOverlaps(inside, nmsIou, maxDetections);
  const doubted = typicalWidth ? doubtByTypicalWidth(boxes, sureFrom, scale, typicalWidth) : boxes;
  return (parts ? doubtParts(doubted, sureFrom, parts) : doubted).filter(({ score }) => score >= minScore);
}

/** Boxes of each region, in pixels of the picture. @param frame the part of the model's input that each region fills, from the top left. */
export async function detectInRegions(
  picture: DecodedPicture,
  regions: readonly Box[],
  frame: Size,
  { detector, settings }: Detecting,
  minScore: number,
  guard: JobGuard,
): Promise<ScoredBox[]> {
  const { manifest } = detector.model;
  const { nmsIou } = settings.steps.detector;
  const fits = regions.map((region) => fitFrame(region, frame, manifest.input.resize));
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
        found.push(...suppressOverlaps(proposals, nmsIou, settings.maxDetections));
      }
    },
    guard,
  );
  return found;
}

function shrink({ width, height }: Size, share: number): Size {
  return { width: Math.round(width * share), height: Math.round(height * share) };
}
