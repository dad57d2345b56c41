import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LocalFeatures, limitFeatures } from '../../../../src/recognition/local-features/features.ts';
import { verifyFeatures } from '../../../../src/recognition/local-features/verify.ts';
import { pickRows, randomFeatures, readRecorded, recordedCases } from './support/features.ts';

describe('verifying by local features', () => {
  test.each(recordedCases)('agrees with the reference: $keypoints of $query against $item', (recorded) => {
    const query = limitFeatures(readRecorded(recorded.query), recorded.keypoints);
    const verification = verifyFeatures(query, readRecorded(recorded.item));
    expect(verification.inliers).toBe(recorded.inliers);
    expect(Math.abs(verification.score - recorded.score)).toBeLessThan(1e-4);
  });

  test('tells a product from its sister, whose pack differs by one word and a picture', () => {
    const [own, sister] = ['wimborel-mint-tea', 'wimborel-rosehip-tea'].map((item) =>
      verifyFeatures(readRecorded('crop-mint-tea'), readRecorded(item)),
    );
    expect(own!.score).toBeGreaterThan(10 * sister!.score);
  });

  test('finds a picture in itself, turned, shifted and at another size, in every keypoint it compares', () => {
    const picture = limitFeatures(readRecorded('crop-plum-jam'), 140);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        (turn, scale) => {
          const { score, inliers } = verifyFeatures(transform(picture, turn, scale), picture);
          expect(inliers).toBeGreaterThanOrEqual(0.9 * picture.count);
          expect(score).toBeGreaterThan(0.9 * picture.count);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('does not depend on the order of the keypoints, beyond rounding', () => {
    const query = readRecorded('crop-rosehip-tea-blurred');
    const item = readRecorded('wimborel-rosehip-tea');
    const { score, inliers } = verifyFeatures(query, item);
    const orders = fc.shuffledSubarray([...Array(query.count).keys()], { minLength: query.count });
    fc.assert(
      fc.property(orders, (order) => {
        const shuffled = verifyFeatures(pickRows(query, order), item);
        expect(shuffled.inliers).toBe(inliers);
        expect(shuffled.score).toBeCloseTo(score, 6);
      }),
      { numRuns: 20 },
    );
  });

  test('takes colours into account: the same details in other colours score clearly less', () => {
    const picture = limitFeatures(readRecorded('crop-lemon-soda'), 140);
    // Greens and blues change places: 4 reds, 4 greens, 4 blues.
    const swap = (_: number, index: number) => picture.colors[index + [0, 4, -4][Math.floor((index % 12) / 4)]!]!;
    const swapped = { ...picture, colors: picture.colors.map(swap) };
    const { score, inliers } = verifyFeatures(swapped, picture);
    expect(inliers).toBeGreaterThan(0.8 * picture.count);
    expect(score).toBeLessThan(0.6 * verifyFeatures(picture, picture).score);
  });

  test('gives 0 to what has too few keypoints, on either side', () => {
    const full = readRecorded('dunnaby-plum-jam');
    for (const few of [randomFeatures(0, 1), limitFeatures(full, 3)]) {
      expect(verifyFeatures(few, full)).toEqual({ score: 0, inliers: 0 });
      expect(verifyFeatures(full, few)).toEqual({ score: 0, inliers: 0 });
    }
  });

  test('finds next to nothing between pictures of chance', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        fc.pre(a !== b);
        expect(verifyFeatures(randomFeatures(200, a), randomFeatures(200, b)).score).toBeLessThan(8);
      }),
      { numRuns: 20 },
    );
  });
});

/** The same keypoints seen by a camera that turned by an angle and went nearer or further away; the frame stays as large. */
function transform(picture: LocalFeatures, turn: number, scale: number): LocalFeatures {
  const keypoints = picture.keypoints.slice();
  for (let at = 0; at < keypoints.length; at += 4) {
    const [x, y, sigma, angle] = picture.keypoints.subarray(at, at + 4);
    keypoints[at] = scale * (Math.cos(turn) * x! - Math.sin(turn) * y!) + 50;
    keypoints[at + 1] = scale * (Math.sin(turn) * x! + Math.cos(turn) * y!) + 50;
    keypoints[at + 2] = scale * sigma!;
    keypoints[at + 3] = angle! + turn;
  }
  return { ...picture, keypoints };
}
