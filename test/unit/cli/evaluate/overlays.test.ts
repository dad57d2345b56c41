import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawOutcome } from '../../../../src/cli/evaluate/overlays/draw-outcome.ts';
import { overlayNames } from '../../../../src/cli/evaluate/overlays/write-overlays.ts';
import type { FoundBox } from '../../../../src/recognition/evaluation/evaluate.ts';
import { type Outcome, sortOutcome } from '../../../../src/recognition/evaluation/outcome.ts';

const box = (x: number, y: number) => ({ x, y, width: 100, height: 100 });
const found = (x: number, y: number, objectness: number): FoundBox => {
  return { ...box(x, y), objectness, named: null, likeliest: null };
};
const labelled = (x: number, y: number, crowd = false) => ({ ...box(x, y), item: null, crowd });

const hit = found(105, 100, 0.9);
const falseAlarm = found(100, 400, 0.8);
const inRegion = found(400, 420, 0.7);
const picture = {
  truth: [labelled(100, 100), labelled(400, 100), labelled(400, 400, true)],
  found: [falseAlarm, inRegion, hit],
};

test('boxes are sorted by what became of them, and what lies in a region to ignore is none of them', () => {
  expect(sortOutcome(picture)).toEqual({
    hits: [hit],
    falseAlarms: [falseAlarm],
    misses: [picture.truth[1]],
    ignored: [picture.truth[2]],
  });
});

describe('an overlay', () => {
  const kinds = { blue: [0x56, 0xb4, 0xe9], vermilion: [0xd5, 0x5e, 0x00], yellow: [0xf0, 0xe4, 0x42] };

  /** The overlay of a copy of twice the size, with what colour it has at a place of the picture that was measured. */
  async function draw(outcome: Outcome) {
    const { svg, legendHeight } = drawOutcome({ width: 1200, height: 1200 }, outcome, 2);
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
    const near = (x: number, y: number) => {
      const pixels = [-2, -1, 0, 1, 2].flatMap((dy) => {
        const start = ((y * 2 + legendHeight + dy) * info.width + x * 2) * info.channels;
        return [[...data.subarray(start, start + 3)]];
      });
      const is = (rgb: number[]) =>
        pixels.some((pixel) => rgb.every((value, index) => Math.abs(value - pixel[index]!) < 60));
      return Object.entries(kinds).flatMap(([name, rgb]) => (is(rgb) ? [name] : []));
    };
    return { near, info, legendHeight };
  }

  test('shows each box where it is on the picture, in the colour of its kind; a false alarm is crossed out', async () => {
    const { near, info, legendHeight } = await draw(sortOutcome(picture));
    expect(legendHeight).toBeGreaterThan(5);
    expect([info.width, info.height]).toEqual([1200, 1200 + legendHeight]);
    expect(near(155, 100)).toEqual(['blue']);
    expect(near(150, 150)).toEqual([]);
    expect(near(150, 450)).toEqual(['vermilion']);
    // Dashed: somewhere along its edge.
    expect([410, 420, 430, 440, 450].flatMap((x) => near(x, 100))).toContain('yellow');
    expect(near(300, 300)).toEqual([]);
  });

  test('has a legend that fits pictures of any shape', async () => {
    const outcome = sortOutcome({
      truth: [labelled(0, 0, true)],
      found: Array.from({ length: 1200 }, () => found(500, 500, 0.5)),
    });
    for (const [width, height] of [
      [200, 1600],
      [1600, 200],
    ] as const) {
      const { svg, legendHeight } = drawOutcome({ width, height }, outcome, 1);
      const edge = { left: width - 2, top: 0, width: 2, height: legendHeight };
      const { data, info } = await sharp(Buffer.from(svg)).extract(edge).raw().toBuffer({ resolveWithObject: true });
      const background = Buffer.from([0x26, 0x26, 0x26, 0xff]).subarray(0, info.channels);
      for (let at = 0; at < data.length; at += info.channels) {
        expect(data.subarray(at, at + info.channels).equals(background)).toBe(true);
      }
    }
  });

  test('has a name of its own, never that of the picture', () => {
    expect(overlayNames(['a.jpg', 'night/a.png', 'b.heic'])).toEqual([
      'a-overlay.jpg',
      'a-overlay-2.jpg',
      'b-overlay.jpg',
    ]);
  });
});
