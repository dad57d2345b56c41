import { expect, test } from 'vitest';
import { momentAt } from '../../../dashboard/src/videos/boxes-at.ts';
import { formatSeconds } from '../../../dashboard/src/videos/format-seconds.ts';
import { FrameStore } from '../../../dashboard/src/videos/frame-store.ts';
import type { PlayedFrameFragment } from '../../../dashboard/src/videos/video.generated.ts';

function frame(timeSeconds: number, boxes: readonly [track: number | null, x: number][]): PlayedFrameFragment {
  return {
    ...{ __typename: 'VideoFrame', timeSeconds, url: null, width: 100, height: 50, accepted: null, labels: [] },
    detections: boxes.map(([track, x]) => ({
      ...{ __typename: 'FrameDetection', track, confidence: 1, label: null, catalogItem: null },
      box: { __typename: 'Box', x, y: 0, width: 10, height: 10 },
    })),
  };
}

const frames = [
  frame(0, [[1, 10]]),
  frame(1, [
    [1, 30],
    [null, 50],
  ]),
  frame(9, [[1, 90]]),
];
const leftAt = (seconds: number) => momentAt(frames, seconds, 1.5)?.detections.map(({ box }) => box.x);

test('between two frames a tracked box moves, one without a track stays', () => {
  expect(leftAt(0)).toEqual([10]);
  expect(leftAt(0.25)).toEqual([15]);
  // The time of the frame, rounded down.
  expect(leftAt(0.999)).toEqual([30, 50]);
});

test('a frame counts for a time, and moves nothing towards one that is far away', () => {
  expect(leftAt(2.4)).toEqual([30, 50]);
  expect(leftAt(2.6)).toBeUndefined();
  expect(momentAt([], 0, 1)).toBeNull();
});

test('frames are loaded around the play head, each part once, and again when more of it is analysed', async () => {
  const asked: number[] = [];
  const store = new FrameStore(async (from) => {
    asked.push(from);
    return [frame(from, [])];
  }, 10);
  const timesAt = (seconds: number) => store.around(seconds).map(({ timeSeconds }) => timeSeconds);
  timesAt(12);
  timesAt(19);
  expect(asked.toSorted((a, b) => a - b)).toEqual([0, 10, 20]);
  await Promise.resolve();
  expect(timesAt(12)).toEqual([0, 10, 20]);
  store.refresh(25);
  expect(asked.at(-1)).toBe(20);
});

test('a part that could not be loaded is asked for again when a person says so', async () => {
  let isBroken = true;
  const store = new FrameStore(async (from) => {
    if (isBroken) throw new Error('No connection.');
    return [frame(from, [])];
  }, 10);
  store.around(0);
  await Promise.resolve();
  expect(store.error()).toEqual(new Error('No connection.'));
  expect(store.around(0)).toEqual([]);
  isBroken = false;
  store.retry();
  store.around(0);
  await Promise.resolve();
  expect(store.around(0)).toHaveLength(2);
  expect(store.error()).toBeNull();
});

test.each([
  [0, '0:00'],
  [67.9, '1:07'],
  [3_723, '1:02:03'],
])('%d seconds of a video are %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('tenths are shown where they count', () => {
  expect(formatSeconds(61.96, { isExact: true })).toBe('1:02.0');
});
