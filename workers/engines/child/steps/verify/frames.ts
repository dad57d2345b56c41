import sharp, { type Sharp } from 'sharp';
import type { Box, Size } from '../../../../../src/recognition/box.ts';
import { enlargeCubic } from '../../../../../src/recognition/enlarge-cubic.ts';
import { fitLetterbox } from '../../../../../src/recognition/letterbox.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';

/** A region of a picture in the form that a local-features model needs. */
export interface FeatureFrame {
  /** side x side, with the region at the top left and its last row and column repeated in the rest. */
  rgb: Buffer;
  /** The region's sides in the frame. */
  valid: Size;
}

/** Long side in pixels and blur of a product as a camera sees it from some steps away. */
const farSide = 128;
const farBlur = 0.8;

/** Cuts a region of whole pixels out of a picture for a frame of `side` pixels. A region that is larger is scaled in libuv's threads. */
export async function frameRegion(picture: DecodedPicture, region: Box, side: number): Promise<FeatureFrame> {
  const valid = fitLetterbox(region, { width: side, height: side });
  const isEnlarged = region.width <= valid.width && region.height <= valid.height;
  if (!isEnlarged) return fillFrame(cut(picture, region), region, side);
  return { rgb: pad(enlargeCubic(picture, region, valid), valid, side), valid };
}

/**
 * The same as a camera would see it from afar. A sharp catalogue picture has details that no photograph of a shelf shows, and lacks
 * the coarser ones of such a photograph. With this view in addition to the other, 86 % instead of 78 % of degraded photographs are
 * named right; see docs/models.md.
 */
export async function frameFromAfar(picture: DecodedPicture, region: Box, side: number): Promise<FeatureFrame> {
  const far = fitLetterbox(region, { width: farSide, height: farSide });
  const size = far.width < region.width || far.height < region.height ? far : region;
  const { width, height } = size;
  const blurred = await cut(picture, region).resize(width, height, { fit: 'fill' }).blur(farBlur).raw().toBuffer();
  return fillFrame(sharp(blurred, { raw: { width, height, channels: 3 } }), size, side);
}

function cut({ rgb, width, height }: DecodedPicture, region: Box): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false }).extract({
    left: region.x,
    top: region.y,
    width: region.width,
    height: region.height,
  });
}

async function fillFrame(picture: Sharp, size: Size, side: number): Promise<FeatureFrame> {
  const valid = fitLetterbox(size, { width: side, height: side });
  const rgb = await picture
    .resize(valid.width, valid.height, { fit: 'fill', kernel: 'cubic' })
    .extend({ right: side - valid.width, bottom: side - valid.height, extendWith: 'copy' })
    .raw()
    .toBuffer();
  return { rgb, valid };
}

/** A picture in the top left corner of a frame, with its last row and column repeated in the rest. */
function pad(rgb: Buffer, { width, height }: Size, side: number): Buffer {
  const frame = Buffer.allocUnsafe(side * side * 3);
  const rowLength = side * 3;
  for (let y = 0; y < height; y++) {
    const to = y * rowLength;
    const end = to + width * 3;
    rgb.copy(frame, to, y * width * 3, (y + 1) * width * 3);
    frame.fill(frame.subarray(end - 3, end), end, to + rowLength);
  }
  const last = (height - 1) * rowLength;
  for (let y = height; y < side; y++) frame.copy(frame, y * rowLength, last, last + rowLength);
  return frame;
}
