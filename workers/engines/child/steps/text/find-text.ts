import sharp from 'sharp';
import type { Size } from '../../../../../src/recognition/box.ts';
import { enlargementFor } from '../../../../../src/recognition/text/enlarge-small.ts';
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

/** The most that is looked at and found. */
interface TextLimits {
  maxTiles: number;
  maxLines: number;
}

/**
 * Where lines of text are in a picture, the most certain ones first. The maps of all its tiles are put together before lines are
 * looked for, so that a line may be longer than a tile. A picture whose lines are small is looked at again, enlarged.
 */
export async function findText(
  picture: DecodedPicture,
  detector: TextDetector,
  limits: TextLimits,
  guard: JobGuard,
): Promise<Quadrilateral[]> {
  const size = chooseSize(picture, detector.manifest.input, limits);
  const found = await findAt(size, picture, detector, guard);
  const larger = fitTiles(scaleSize(size, enlargementFor(found)), detector.manifest.input, limits);
  const [lines, at] =
    larger.width > size.width ? [await findAt(larger, picture, detector, guard), larger] : [found, size];
  const [scaleX, scaleY] = [at.width / picture.width, at.height / picture.height];
  return lines
    .slice(0, limits.maxLines)
    .map((corners) => mapCorners(corners, ({ x, y }) => ({ x: (x + 0.5) / scaleX, y: (y + 0.5) / scaleY })))
    .map((corners) => clampCorners(corners, picture));
}

/** Lines in a picture that is scaled to a size, in pixels of that. */
async function findAt(
  size: Size,
  picture: DecodedPicture,
  detector: TextDetector,
  guard: JobGuard,
): Promise<Quadrilateral[]> {
  const map = await mapText(await scale(picture, size), detector, guard);
  guard.check();
  return findLines(map, detector.manifest.output).map(({ corners }) => corners);
}

type TextInput = TextDetector['manifest']['input'];

/** The size at which a picture is looked at first: its own, unless it is small, or needs too many tiles. */
function chooseSize(picture: Size, input: TextInput, limits: TextLimits): Size {
  const factor = Math.max(1, input.leastSide / Math.min(picture.width, picture.height));
  return fitTiles(scaleSize(picture, factor), input, limits);
}

/** A size, or the largest below it that does not need too many tiles. */
function fitTiles(wanted: Size, { maxSide, multipleOf }: TextInput, { maxTiles }: TextLimits): Size {
  let size = wanted;
  for (let factor = 1; planTextTiles(size, maxSide, multipleOf).length > maxTiles; ) {
    factor *= 0.95;
    size = scaleSize(wanted, factor);
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
