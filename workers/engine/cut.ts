import sharp from 'sharp';
import type { Box, Size } from '../../src/recognition/box.ts';
import type { DecodedPicture } from './decode.ts';

/** Cuts a region of whole pixels out of a decoded picture and stretches it to a size. Runs in libuv's thread pool. */
export function cutRegion(picture: DecodedPicture, region: Box, size: Size): Promise<Buffer> {
  const { rgb, width, height } = picture;
  // The pixel limit was applied when the picture was decoded.
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer();
}
