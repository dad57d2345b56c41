import type { Size } from './box.ts';

/** How a model needs its pixels; the same fields as in its manifest. */
export interface PixelFormat {
  colorOrder: 'RGB' | 'BGR';
  range: '0..1' | '0..255';
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  /** 0..255 */
  padValue: number;
}

/** For each plane of the tensor: the index of the byte in a pixel, and the value for each byte. */
interface Plane {
  channel: number;
  values: Float32Array;
  pad: number;
}

/** Prepares the conversion once per model: a table of 256 values per plane instead of arithmetic for every pixel. */
export function preparePlanes(format: PixelFormat): Plane[] {
  const scale = format.range === '0..1' ? 1 / 255 : 1;
  return [0, 1, 2].map((index) => {
    const convert = (byte: number) => (byte * scale - format.mean[index]!) / format.std[index]!;
    return {
      channel: format.colorOrder === 'RGB' ? index : 2 - index,
      values: Float32Array.from({ length: 256 }, (_, byte) => convert(byte)),
      pad: convert(format.padValue),
    };
  });
}

/**
 * Writes one RGB picture (3 bytes per pixel, no row padding) into target at offset, as three planes of the frame's size, at the top
 * left and with the rest filled. The picture must not be larger than the frame.
 */
export function fillPlanes(
  rgb: Uint8Array,
  picture: Size,
  frame: Size,
  planes: readonly Plane[],
  target: Float32Array,
  offset: number,
): void {
  const planeSize = frame.width * frame.height;
  if (picture.width > frame.width || picture.height > frame.height || rgb.length < picture.width * picture.height * 3) {
    throw new RangeError(`A ${picture.width}x${picture.height} picture of ${rgb.length} bytes does not fit the frame.`);
  }
  for (const [index, plane] of planes.entries()) {
    const start = offset + index * planeSize;
    if (picture.width < frame.width || picture.height < frame.height) target.fill(plane.pad, start, start + planeSize);
    for (let y = 0; y < picture.height; y++) {
      let to = start + y * frame.width;
      let from = y * picture.width * 3 + plane.channel;
      for (let x = 0; x < picture.width; x++, from += 3) target[to++] = plane.values[rgb[from]!]!;
    }
  }
}
