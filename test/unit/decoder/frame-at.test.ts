import { expect, test } from 'vitest';
import { frameAt } from '../../../workers/decoder/frame-at.ts';
import { decodeAll, nodeAvSettings, videoFixture } from '../../support/videos.ts';

test.each(['clock.mp4', 'variable-rate.mkv', 'hevc-10bit.mp4', 'vp9.webm'])(
  'a single frame of %s is the one that an analysis saw at that time',
  async (name) => {
    const file = videoFixture(name);
    const { frames } = await decodeAll(file, nodeAvSettings);
    expect(frames.length).toBeGreaterThan(2);
    for (const { timeSeconds, pixels } of [frames[0]!, frames[1]!, frames.at(-1)!]) {
      // As times are stored.
      const rounded = Math.round(timeSeconds * 1_000) / 1_000;
      const single = await frameAt(file, rounded, nodeAvSettings);
      expect(single!.timeSeconds).toBeCloseTo(timeSeconds, 6);
      expect(single!.pixels.equals(pixels)).toBe(true);
    }
  },
);

test('there is no frame behind the end', async () => {
  expect(await frameAt(videoFixture('clock.mp4'), 1_000, nodeAvSettings)).toBeNull();
});
