import sharp from 'sharp';
import type { Size } from '../../../../../src/recognition/box.ts';
import { findLines } from '../../../../../src/recognition/text/find-lines.ts';
import { clampCorners, mapCorners, type Quadrilateral } from '../../../../../src/recognition/text/quadrilateral.ts';
import {
  emptyTextMap,
  pasteTile,
  planTextTiles,
  roundUp,
  type TextMap,
} from '../../../../../src/recognition/text/text-map.ts';
import type { JobGuard } from '../../job-guard.ts';
import { cutRegion } from '../../pictures/cut.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';
import type { TextDetector } from './text-models.ts';

/**
 * Where lines of text are in a picture, the most certain ones first. The maps of all its tiles are put together before lines are
 * looked for, so that a line may be longer than a tile.
 */
export async function findText(
  picture: DecodedPicture,
  detector: TextDetector,
  limits: { maxTiles: number; maxLines: number },
  guard: JobGuard,
): Promise<Quadrilateral[]> {
  const { input, output } = detector.manifest;
  const size = chooseSize(picture, input, limits.maxTiles);
  const map = await mapText(await scale(picture, size), detector, guard);
  guard.check();
  const [scaleX, scaleY] = [size.width / picture.width, size.height / picture.height];
  return findLines(map, output)
    .slice(0, limits.maxLines)
    .map(({ corners }) => mapCorners(corners, ({ x, y }) => ({ x: (x + 0.5) / scaleX, y: (y + 0.5) / scaleY })))
    .map((corners) => clampCorners(corners, picture));
}

/** The size at which a picture is looked at: its own, unless it is small, or needs too many tiles. */
function chooseSize(picture: Size, input: TextDetector['manifest']['input'], maxTiles: number): Size {
  const { leastSide, maxSide, multipleOf } = input;
  const enlarged = scaleSize(picture, Math.max(1, leastSide / Math.min(picture.width, picture.height)));
  let size = enlarged;
  for (let factor = 1; planTextTiles(size, maxSide, multipleOf).length > maxTiles; ) {
    factor *= 0.95;
    size = scaleSize(enlarged, factor);
  }
  return size;
}

function scaleSize({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

async function scale(picture: DecodedPicture, { width, height }: Size): Promise<DecodedPicture> {
  if (width === picture.width && height === picture.height) return picture;
  const raw = { width: picture.width, height: picture.height, channels: 3 as const };
  const rgb = await sharp(picture.rgb, { raw, limitInputPixels: false })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { width, height, rgb };
}

async function mapText(
  picture: DecodedPicture,
  { session, manifest }: TextDetector,
  guard: JobGuard,
): Promise<TextMap> {
  const { maxSide, multipleOf } = manifest.input;
  const map = emptyTextMap(picture);
  for (const tile of planTextTiles(picture, maxSide, multipleOf)) {
    guard.check();
    const { width, height } = tile.region;
    const frame = { width: roundUp(width, multipleOf), height: roundUp(height, multipleOf) };
    const rgb = await cutRegion(picture, tile.region, tile.region);
    const { data } = await session.run({ picture: { width, height, rgb }, frame });
    pasteTile(map, tile, data, frame.width);
  }
  return map;
}
