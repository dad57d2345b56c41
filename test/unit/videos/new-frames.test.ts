import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { VideoFrame } from '../../../workers/decoder/video.ts';
import { newFrames, type ShiftedFrame } from '../../../workers/videos/new-frames.ts';

const size = { width: 900, height: 700 };

/** Windows of the picture of a whole bay, as a camera that goes to the right shows them. */
async function film(lefts: readonly number[]): Promise<VideoFrame[]> {
  const bay = sharp('examples/shelves/5-whole-bay.jpg').removeAlpha();
  return Promise.all(
    lefts.map(async (left, index) => ({
      ...{ timeSeconds: 0.5201 * index, ...size },
      pixels: await bay
        .clone()
        .extract({ ...size, left, top: 500 })
        .raw()
        .toBuffer(),
    })),
  );
}

async function* deliver(frames: readonly VideoFrame[]): AsyncGenerator<VideoFrame> {
  yield* frames;
}

const read = (frames: readonly VideoFrame[], lastSeconds: number | null, measuresShifts = true) =>
  Array.fromAsync(newFrames(deliver(frames), { lastSeconds, measuresShifts }));
const shiftsOf = (frames: readonly ShiftedFrame[]) => frames.map(({ moved }) => moved);

test('each frame but the first says how far its content moved', async () => {
  const [first, ...others] = shiftsOf(await read(await film([1_000, 1_100, 1_250]), null));
  expect(first).toBeUndefined();
  for (const [index, left] of [-100, -150].entries()) {
    // A pixel of the small pictures that are compared.
    expect(Math.abs(others[index]![0] - left)).toBeLessThanOrEqual(size.width / 160);
    expect(Math.abs(others[index]![1])).toBeLessThanOrEqual(size.width / 160);
  }
});

test('an analysis that goes on measures from the last stored frame, and does not deliver it again', async () => {
  const frames = await film([1_000, 1_100, 1_250]);
  const whole = await read(frames, null);
  const rest = await read(frames.slice(1), 0.52);
  expect(rest.map(({ timeSeconds }) => timeSeconds)).toEqual([frames[2]!.timeSeconds]);
  expect(shiftsOf(rest)).toEqual(shiftsOf(whole).slice(2));
});

test('nothing is measured where it is of no use', async () => {
  expect(shiftsOf(await read(await film([1_000, 1_100]), null, false))).toEqual([undefined, undefined]);
});
