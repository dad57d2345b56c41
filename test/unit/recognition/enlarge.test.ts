import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { enlarge } from '../../../src/recognition/enlarge.ts';

/** A picture of one row of greys, or of several. */
function greys(...rows: number[][]) {
  const rgb = Uint8Array.from(rows.flat().flatMap((grey) => [grey, grey, grey]));
  return { rgb, width: rows[0]!.length, height: rows.length };
}

const whole = ({ width, height }: { width: number; height: number }) => ({ x: 0, y: 0, width, height });
const firstChannel = (rgb: Uint8Array) => [...rgb].filter((_, index) => index % 3 === 0);

test('what lies between two pixels is made of both, and the edge goes on', () => {
  const picture = greys([0, 100], [0, 100]);
  const row = [0, 25, 75, 100];
  expect(firstChannel(enlarge(picture, whole(picture), { width: 4, height: 2 }))).toEqual([...row, ...row]);
  const turned = greys([0, 0], [100, 100]);
  expect(firstChannel(enlarge(turned, whole(turned), { width: 2, height: 4 }))).toEqual([
    0, 0, 25, 25, 75, 75, 100, 100,
  ]);
});

test('of the same size it is the region itself, of no other place', () => {
  const rgb = Uint8Array.from({ length: 7 * 5 * 3 }, (_, index) => (index * 37) % 256);
  const region = { x: 2, y: 1, width: 4, height: 3 };
  const rows = [1, 2, 3].map((y) => [...rgb.subarray((y * 7 + 2) * 3, (y * 7 + 6) * 3)]);
  expect([...enlarge({ rgb, width: 7, height: 5 }, region, region)]).toEqual(rows.flat());
});

test('an even picture stays even, whatever its size and the one asked for', () => {
  const side = fc.integer({ min: 2, max: 40 });
  fc.assert(
    fc.property(side, side, fc.nat(60), fc.nat(60), fc.nat(255), (width, height, wider, higher, grey) => {
      const picture = greys(...Array.from({ length: height }, () => new Array<number>(width).fill(grey)));
      const enlarged = enlarge(picture, whole(picture), { width: width + wider, height: height + higher });
      expect(enlarged).toHaveLength((width + wider) * (height + higher) * 3);
      expect(enlarged.every((value) => value === grey)).toBe(true);
    }),
  );
});

test('is what libvips makes of it, but for how that rounds', async () => {
  const size = { width: 90, height: 60 };
  const rgb = Uint8Array.from({ length: size.width * size.height * 3 }, (_, index) => {
    const [x, y] = [Math.floor(index / 3) % size.width, Math.floor(index / 3 / size.width)];
    return 128 + 60 * Math.sin(x / 9 + (index % 3)) + 60 * Math.cos(y / 7);
  });
  const region = { x: 11, y: 5, width: 60, height: 50 };
  const to = { width: 224, height: 200 };
  const expected = await sharp(rgb, { raw: { ...size, channels: 3 } })
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  const enlarged = enlarge({ ...size, rgb }, region, to);
  const furthest = enlarged.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
  expect(furthest).toBeLessThanOrEqual(4);
});
