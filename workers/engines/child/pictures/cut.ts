import sharp from 'sharp';
import type { Box, Size } from '../../../../src/recognition/box.ts';
import { enlarge } from '../../../../src/recognition/enlarge.ts';
import type { DecodedPicture } from './decode.ts';

/**
 * Cuts a region of whole pixels out of a decoded picture and scales it to a size. libvips scales down, in libuv's thread pool; to
 * enlarge crops, of which a shelf has a hundred, it would need 2.5 ms of processor time each, see enlarge().
 */
export async function cutRegion(picture: DecodedPicture, region: Box, size: Size): Promise<Buffer> {
  const isEnlarged = region.width <= size.width && region.height <= size.height;
  if (isEnlarged && Math.min(region.width, region.height) > 1) return enlarge(picture, region, size);
  const { rgb, width, height } = picture;
  // The pixel limit was applied when the picture was decoded.
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer();
}
