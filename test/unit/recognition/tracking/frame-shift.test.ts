import sharp from 'sharp';
import { expect, test } from 'vitest';
import { frameShift, type Thumbnail, toThumbnail } from '../../../../src/recognition/tracking/frame-shift.ts';

const size = { width: 900, height: 700 };

/** A window of the picture of a whole bay. */
async function look(left: number, top: number): Promise<Thumbnail> {
  const window = { ...size, left, top };
  const pixels = await sharp('examples/shelves/5-whole-bay.jpg').extract(window).removeAlpha().raw().toBuffer();
  return toThumbnail(pixels, size);
}

test.each([
  [0, 0],
  [40, -10],
  [250, 30],
  [-420, 15],
  [540, -60],
])('sees that the content moved by %i and %i pixels', async (x, y) => {
  const shift = frameShift(await look(1_000, 500), await look(1_000 - x, 500 - y), size);
  // A pixel of the thumbnails.
  expect(Math.abs(shift![0] - x)).toBeLessThanOrEqual(size.width / 160);
  expect(Math.abs(shift![1] - y)).toBeLessThanOrEqual(size.width / 160);
});

test('says nothing where the pictures have nothing in common, or nothing to see', async () => {
  const grey = toThumbnail(new Uint8Array(3 * size.width * size.height).fill(128), size);
  const noise = toThumbnail(
    Uint8Array.from({ length: 3 * size.width * size.height }, (_, at) => (at * 7_919) % 251),
    size,
  );
  expect(frameShift(grey, grey, size)).toBeNull();
  expect(frameShift(await look(1_000, 500), noise, size)).toBeNull();
});
