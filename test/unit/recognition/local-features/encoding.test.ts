import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeFeatures,
  decodeViews,
  encodeFeatures,
  encodeViews,
  keypointsPerView,
} from '../../../../src/recognition/local-features/encoding.ts';
import { randomFeatures } from './support/features.ts';

const features = fc.tuple(fc.nat({ max: 60 }), fc.nat()).map(([count, seed]) => randomFeatures(count, seed));

describe('stored local features', () => {
  test('come back as they were, keypoints within 1/128 px and 0.0001 rad', () => {
    fc.assert(
      fc.property(features, (given) => {
        const back = decodeFeatures(encodeFeatures(given));
        expect(back).toMatchObject({ count: given.count, width: given.width, height: given.height });
        expect(back.descriptors).toEqual(given.descriptors);
        expect(back.colors).toEqual(given.colors);
        given.keypoints.forEach((value, index) => {
          if (index % 4 === 2)
            expect(Math.abs(back.keypoints[index]! - Math.min(value, 65535 / 512))).toBeLessThan(1e-3);
          else if (index % 4 === 3) expect(Math.cos(back.keypoints[index]! - value)).toBeGreaterThan(1 - 1e-8);
          else expect(Math.abs(back.keypoints[index]! - value)).toBeLessThanOrEqual(1 / 128);
        });
      }),
    );
  });

  test('are encoded alike a second time', () => {
    fc.assert(
      fc.property(features, (given) => {
        const bytes = encodeFeatures(given);
        expect(encodeFeatures(decodeFeatures(bytes))).toEqual(bytes);
      }),
    );
  });

  test('keep an angle outside of one turn', () => {
    const given = randomFeatures(2, 1);
    given.keypoints.set([-1.2], 3);
    given.keypoints.set([8], 7);
    const { keypoints } = decodeFeatures(encodeFeatures(given));
    expect(keypoints[3]).toBeCloseTo(2 * Math.PI - 1.2, 3);
    expect(keypoints[7]).toBeCloseTo(8 - 2 * Math.PI, 3);
  });

  test('are read from the middle of a larger buffer', () => {
    const bytes = encodeFeatures(randomFeatures(5, 9));
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(decodeFeatures(larger.subarray(3, 3 + bytes.length))).toEqual(decodeFeatures(bytes));
  });

  test('are refused when cut off, too long or changed in any bit', () => {
    const bytes = encodeFeatures(randomFeatures(4, 7));
    const bits = fc.nat({ max: bytes.length * 8 - 1 });
    fc.assert(
      fc.property(bits, (bit) => {
        const damaged = bytes.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => decodeFeatures(damaged)).toThrow(/local features/i);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), (length) => {
        expect(() => decodeFeatures(bytes.slice(0, length))).toThrow(/local features/i);
      }),
    );
    expect(() => decodeFeatures(new Uint8Array([...bytes, 0]))).toThrow('have 608 bytes; these have 609');
  });

  test('hold several views of a picture, less than 50 kB together', () => {
    const views = [randomFeatures(450, 1), randomFeatures(0, 2), randomFeatures(7, 3)];
    const bytes = encodeViews(views);
    const back = decodeViews(bytes);
    expect(back.map(({ count }) => count)).toEqual([keypointsPerView, 0, 7]);
    expect(back[0]!.descriptors).toEqual(views[0]!.descriptors.slice(0, keypointsPerView * 128));
    expect(back[2]!.colors).toEqual(views[2]!.colors);
    expect(encodeViews([views[0]!, views[0]!]).length).toBeLessThan(50_000);
    expect(decodeViews(new Uint8Array())).toEqual([]);
  });

  test('of several views are refused when damaged in any bit, or cut off within one', () => {
    const lengths = [3, 2].map((count) => encodeFeatures(randomFeatures(count, count)).length);
    const bytes = encodeViews([randomFeatures(3, 3), randomFeatures(2, 2)]);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const damaged = Uint8Array.from(bytes);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => decodeViews(damaged)).toThrow(/local features/i);
      }),
    );
    for (let length = 1; length < bytes.length; length++) {
      if (length !== lengths[0]) expect(() => decodeViews(bytes.subarray(0, length))).toThrow(/local features/i);
    }
  });
});
