import { expect, test } from 'vitest';
import { createTracker } from '../../../../src/recognition/tracking/tracker.ts';

const moving = { thingsMove: true, leastConfidence: 0.5 };
const size = { width: 1_280, height: 720 };

interface Thing {
  key: string | null;
  confidence: number;
  at: [x: number, y: number];
  /** Width; things are twice as high. */
  wide?: number;
}

function frame(timeSeconds: number, things: Thing[]) {
  const boxes = things.map(({ key, confidence, at: [x, y], wide = 80 }) => ({
    ...{ key, confidence, x, y },
    ...{ width: wide, height: 2 * wide },
  }));
  return { ...size, timeSeconds, boxes };
}

test('two who walk past each other keep their tracks', () => {
  const tracker = createTracker(moving);
  const ids = Array.from({ length: 12 }, (_, index) => {
    const right: Thing = { key: 'person', confidence: 0.9, at: [100 + 60 * index, 300] };
    const left: Thing = { key: 'person', confidence: 0.9, at: [860 - 60 * index, 340] };
    return tracker.advance(frame(index / 2, [right, left])).trackIds;
  });
  expect(new Set(ids.map(([one]) => one))).toEqual(new Set([1]));
  expect(new Set(ids.map(([, two]) => two))).toEqual(new Set([2]));
});

test('who runs by more than a width between two samples is still one', () => {
  const tracker = createTracker(moving);
  const ids = Array.from({ length: 6 }, (_, index) => {
    return tracker.advance(frame(index / 2, [{ key: 'dog', confidence: 0.9, at: [100 + 110 * index, 300] }]))
      .trackIds[0];
  });
  expect(ids).toEqual([1, 1, 1, 1, 1, 1]);
});

test('an uncertain sighting prolongs a track and begins none', () => {
  const tracker = createTracker(moving);
  const walker = (index: number, confidence: number): Thing => ({
    key: 'person',
    confidence,
    at: [100 + 20 * index, 300],
  });
  const shadow: Thing = { key: 'person', confidence: 0.3, at: [900, 300] };
  expect(tracker.advance(frame(0, [walker(0, 0.9), shadow])).trackIds).toEqual([1, null]);
  expect(tracker.advance(frame(0.5, [walker(1, 0.3), shadow])).trackIds).toEqual([1, null]);
});

test('what was taken for something else once is the same thing, and is what it was taken for most', () => {
  const tracker = createTracker(moving);
  const cat = (key: string, confidence: number): Thing => ({ key, confidence, at: [400, 300] });
  const sightings = [cat('cat', 0.9), cat('person', 0.6), cat('cat', 0.8)];
  const ids = sightings.map((one, index) => tracker.advance(frame(index / 2, [one])).trackIds[0]);
  expect(ids).toEqual([1, 1, 1]);
  expect(tracker.state.tracks[0]!.keys).toEqual({ cat: 0.9 + 0.8, person: 0.6 });
});

test('who leaves has ended once, and who comes later is another', () => {
  const tracker = createTracker(moving);
  const there: Thing = { key: 'person', confidence: 0.9, at: [400, 300] };
  tracker.advance(frame(0, [there]));
  const ended = [1, 2, 3, 4, 5].map((seconds) => tracker.advance(frame(seconds, [])).ended);
  expect(ended).toEqual([[], [], [], [1], []]);
  expect(tracker.advance(frame(6, [there])).started).toEqual([2]);
});
