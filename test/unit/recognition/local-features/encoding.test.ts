import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeFeatures,
  encodeFeatures,
  STORED_KEYPOINTS,
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

  test('are less than 50 kB, the strongest keypoints of many', () => {
    const given = randomFeatures(600, 5);
    const bytes = encodeFeatures(given);
    expect(bytes.length).toBeLessThan(50_000);
    const back = decodeFeatures(bytes);
    expect(back.count).toBe(STORED_KEYPOINTS);
    expect(back.descriptors).toEqual(given.descriptors.slice(0, STORED_KEYPOINTS * 128));
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
});
