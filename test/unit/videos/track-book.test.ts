import { expect, test } from 'vitest';
import { createTracker } from '../../../src/recognition/tracking/tracker.ts';
import type { FoundFrame } from '../../../src/video-analyses/found.ts';
import { TrackBook, type UntrackedFrame } from '../../../src/video-analyses/track-book.ts';

const cola = '01890a5d-ac96-774b-bcce-b302099a8057';

type Seen = [x: number, itemId: string | null, confidence: number];

/** Boxes of one shelf that stands still. */
function frame(timeSeconds: number, seen: readonly Seen[]): UntrackedFrame {
  return {
    ...{ timeSeconds, width: 1000, height: 500, labels: [], accepted: null },
    detections: seen.map(([x, itemId, confidence]) => ({
      ...{ box: [x, 200, 60, 120], objectness: confidence, confidence, itemId, label: null },
      matchedBy: itemId === null ? null : 'APPEARANCE',
    })),
  };
}

const frames: UntrackedFrame[] = [
  frame(0, [
    [100, null, 0.5],
    [300, cola, 0.9],
    [500, cola, 0.6],
  ]),
  frame(0.5, [
    [101, cola, 0.4],
    [299, cola, 0.8],
    [501, cola, 0.7],
  ]),
  frame(1, [
    [100, null, 0.6],
    [300, null, 0.9],
    [500, cola, 0.95],
  ]),
];

const book = ({ namesTracks = false } = {}) =>
  new TrackBook(createTracker({ thingsMove: false, leastConfidence: 0.3 }), { namesTracks });

test('a thing is one track with its best sighting, and named as most of its sightings with a name are', () => {
  const tracks = book();
  const found = frames.map((one) => tracks.add(one));
  expect(found.map(({ detections }) => detections.map(({ track }) => track))).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  const before = tracks.takeChanges();
  expect(before.started).toEqual([1, 2, 3]);
  expect(before.changed.map(({ isEnded }) => isEnded)).toEqual([false, false, false]);
  tracks.finish();
  const { changed, ended } = tracks.takeChanges();
  expect(ended).toEqual([1, 2, 3]);
  expect(changed).toMatchObject([
    { track: 1, itemId: cola, confidence: 0.4, sightings: 3, firstSeconds: 0, lastSeconds: 1, isEnded: true },
    { track: 2, itemId: cola, confidence: 0.9, best: { timeSeconds: 0 } },
    { track: 3, itemId: cola, confidence: 0.95, best: { timeSeconds: 1, box: [500, 200, 60, 120], width: 1000 } },
  ]);
  expect(changed[0]!.path.map(({ timeSeconds }) => timeSeconds)).toEqual([0, 0.5, 1]);
});

test('tracks that are made again from stored frames go on where they stood', () => {
  const once = book();
  const stored: FoundFrame[] = frames.slice(0, 2).map((one) => once.add(one));
  once.takeChanges();
  const again = book();
  for (const one of stored) again.add(one);
  again.takeChanges();
  expect(again.add(frames[2]!)).toEqual(once.add(frames[2]!));
  expect(again.takeChanges()).toEqual(once.takeChanges());
});

test('equal products are told apart by how far the pixels of a frame moved', () => {
  const narrow = { width: 500 };
  const shelf = [30, 90, 150, 210, 270, 330, 390].map((x): Seen => [x, null, 0.9]);
  const tracks = book();
  tracks.add({ ...frame(0, shelf), ...narrow });
  // The camera goes on by one product: the boxes lie where they lay before, and the first product has left the view.
  const { detections } = tracks.add({ ...frame(0.5, shelf), ...narrow, moved: [-60, 0] });
  expect(detections.map(({ track }) => track)).toEqual([2, 3, 4, 5, 6, 7, 8]);
});

/** A shelf without names, and what comparing one of its products with the catalogue says. */
const unnamed = (timeSeconds: number) =>
  frame(
    timeSeconds,
    [100, 300, 500].map((x): Seen => [x, null, 0.9]),
  );
function look(tracks: TrackBook, timeSeconds: number, itemOf: (index: number) => string | null) {
  const followed = tracks.follow(unnamed(timeSeconds));
  const looks = tracks.worthALook(followed);
  const detections = followed.detections.map((detection, index) =>
    looks.includes(index)
      ? { ...detection, itemId: itemOf(index), matchedBy: 'VERIFIED' as const, isLook: true }
      : detection,
  );
  const stored = { ...followed, detections };
  tracks.note(stored);
  return { looks, stored };
}

test('a product is compared with the catalogue a few times, however long it is seen', () => {
  const tracks = book({ namesTracks: true });
  // The second one is taken for another item each time.
  const looks = Array.from({ length: 40 }, (_, index) =>
    look(tracks, index / 2, (product) => (product === 1 ? `item-${index}` : product === 0 ? cola : null)),
  );
  const times = [0, 1, 2].map((product) => looks.filter((one) => one.looks.includes(product)).length);
  expect(times).toEqual([2, 3, 2]);
  tracks.finish();
  const { changed } = tracks.takeChanges();
  expect(changed[0]).toMatchObject({ itemId: cola, matchedBy: 'VERIFIED', sightings: 40 });
  expect(changed[2]).toMatchObject({ itemId: null, matchedBy: null, sightings: 40 });
});

test('what is worth a look is the same when tracks are made again from stored frames', () => {
  const once = book({ namesTracks: true });
  const stored = [0, 1, 2].map((index) => look(once, index / 2, () => cola).stored);
  const again = book({ namesTracks: true });
  for (const one of stored) again.add(one);
  const next = { ...unnamed(1.5) };
  expect(again.worthALook(again.follow(next))).toEqual(once.worthALook(once.follow(next)));
  again.takeChanges();
});
