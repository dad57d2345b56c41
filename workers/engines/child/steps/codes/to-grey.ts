import type { GreyPicture } from '../../../../../src/recognition/codes/view.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';

/** Luma as of BT.601, in 256ths. A separate buffer, which can be transferred to another thread. */
export function toGrey({ rgb, width, height }: DecodedPicture): GreyPicture {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at++, from += 3)
    grey[at] = (77 * rgb[from]! + 150 * rgb[from + 1]! + 29 * rgb[from + 2]!) >> 8;
  return { grey, width, height };
}
