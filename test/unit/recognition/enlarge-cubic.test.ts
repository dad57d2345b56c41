import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { enlargeCubic } from '../../../src/recognition/enlarge-cubic.ts';

const whole = ({ width, height }: { width: number; height: number }) => ({ x: 0, y: 0, width, height });

test('of the same size it is the region itself, of no other place', () => {
  const rgb = Uint8Array.from({ length: 7 * 5 * 3 }, (_, index) => (index * 37) % 256);
  const region = { x: 2, y: 1, width: 4, height: 3 };
  const rows = [1, 2, 3].map((y) => [...rgb.subarray((y * 7 + 2) * 3, (y * 7 + 6) * 3)]);
  expect([...enlargeCubic({ rgb, width: 7, height: 5 }, region, region)]).toEqual(rows.flat());
});

test('an even picture stays even, whatever its size and the one asked for', () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(side, side, fc.nat(60), fc.nat(60), fc.nat(255), (width, height, wider, higher, grey) => {
      const picture = { width, height, rgb: new Uint8Array(width * height * 3).fill(grey) };
      const enlarged = enlargeCubic(picture, whole(picture), { width: width + wider, height: height + higher });
      expect(enlarged).toHaveLength((width + wider) * (height + higher) * 3);
      expect(enlarged.every((value) => value === grey)).toBe(true);
    }),
  );
});

test('beyond black and white there is nothing: next to an edge it would be darker than black', () => {
  const rgb = Uint8Array.from([0, 0, 255, 255].flatMap((grey) => [grey, grey, grey]));
  const row = [...enlargeCubic({ rgb, width: 4, height: 1 }, whole({ width: 4, height: 1 }), { width: 16, height: 1 })];
  expect([Math.min(...row), Math.max(...row)]).toEqual([0, 255]);
  expect(row).toEqual([...row].sort((a, b) => a - b));
});

test('is what libvips makes of it, but for how that rounds, and that it shifts by half a pixel of the result', async () => {
  const size = { width: 90, height: 60 };
  const rgb = Uint8Array.from({ length: size.width * size.height * 3 }, (_, index) => {
    const [x, y] = [Math.floor(index / 3) % size.width, Math.floor(index / 3 / size.width)];
    return 128 + 60 * Math.sin(x / 3 + (index % 3)) + 60 * Math.cos(y / 4);
  });
  const region = { x: 11, y: 5, width: 60, height: 50 };
  const to = { width: 320, height: 267 };
  const expected = await sharp(rgb, { raw: { ...size, channels: 3 } })
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  const enlarged = enlargeCubic({ ...size, rgb }, region, to);
  const furthest = enlarged.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index]!)), 0);
  expect(furthest).toBeLessThanOrEqual(4);
});
