import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../src/recognition/box.ts';
import { type Place, placeOnShelves } from '../../../src/recognition/realogram.ts';
import { type Planogram, photograph, type View } from './support/planogram.ts';

/** `x y width height → shelf position level`, a line a box. */
function table(text: string): { boxes: Box[]; places: Place[] } {
  const lines = text.trim().split('\n');
  const rows = lines.map((line) => line.match(/-?[\d.]+/g)!.map(Number));
  return {
    boxes: rows.map(([x, y, width, height]) => ({ x: x!, y: y!, width: width!, height: height! })),
    places: rows.map(([, , , , shelf, position, level]) => ({ shelf: shelf!, position: position!, level: level! })),
  };
}

const shelves = {
  'one product': `
    100 100 80 200 → 0 0 0`,
  'two rows, given in any order': `
    210 400 100 150 → 1 1 0
    100 100 100 200 → 0 0 0
    100 400 100 150 → 1 0 0
    205 110 100 190 → 0 1 0`,
  'a low product beside a tall one stands on the same shelf': `
    100 100 100 300 → 0 0 0
    205 320 100  80 → 0 1 0
    310 100 100 300 → 0 2 0`,
  'a stack three high beside a tall product': `
    100 100 100 300 → 0 0 0
    205 300 120 100 → 0 1 0
    206 200 120 101 → 0 1 1
    204 101 120 100 → 0 1 2`,
  'two small ones on a wide one': `
    100 300 200 100 → 0 0 0
    100 200  98  99 → 0 0 1
    201 201  98  99 → 0 0 1
    310 200 100 200 → 0 1 0
    415 200 100 200 → 0 2 0`,
  'a shelf filled up to the board above is no stack, where the row above has other places to stand': `
    100 100 100 200 → 0 0 0
    205 100 100 200 → 0 1 0
    310 100 100 200 → 0 2 0
    100 320 100 200 → 1 0 0
    500 420 100 100 → 1 1 0
    605 420 100 100 → 1 2 0`,
  'packs pushed back, seen from above: their feet are higher': `
    100 100 100 200 → 0 0 0
    205  75 100 200 → 0 1 0
    310 110 100 200 → 0 2 0
    415  60 100 200 → 0 3 0
    100 450 100 200 → 1 0 0
    205 450 100 200 → 1 1 0`,
  'one whose support was not found is beside its neighbours, not on a shelf of its own': `
    100 300 100 100 → 0 0 0
    100 200 100 100 → 0 0 1
    205 200 100 100 → 0 1 0
    310 300 100 100 → 0 2 0
    310 200 100 100 → 0 2 1
    415 300 100 100 → 0 3 0`,
  'a camera turned by six degrees: the right end of the upper row is lower than the left end of the lower one': `
     100 100 110 210 → 0 0 0
     310 122 110 210 → 0 1 0
     520 144 110 210 → 0 2 0
     730 166 110 210 → 0 3 0
     940 188 110 210 → 0 4 0
    1150 210 110 210 → 0 5 0
    1360 232 110 210 → 0 6 0
    1570 254 110 210 → 0 7 0
    1780 276 110 210 → 0 8 0
    1990 298 110 210 → 0 9 0
    2200 320 110 210 → 0 10 0
      70 370 110 130 → 1 0 0
     280 392 110 130 → 1 1 0
     490 414 110 130 → 1 2 0
     700 436 110 130 → 1 3 0
     910 458 110 130 → 1 4 0
    1120 480 110 130 → 1 5 0
    1330 502 110 130 → 1 6 0`,
  'seen from the side: rows that run apart': `
     100 300  60 100 → 0 0 0
     180 285  68 113 → 0 1 0
     268 269  76 127 → 0 2 0
     364 250  85 142 → 0 3 0
     469 230  95 160 → 0 4 0
     100 450  60 100 → 1 0 0
     180 455  68 113 → 1 1 0
     268 461  76 127 → 1 2 0
     364 468  85 142 → 1 3 0
     469 474  95 160 → 1 4 0
     100 600  60 100 → 2 0 0
     180 625  68 113 → 2 1 0
     268 653  76 127 → 2 2 0
     364 682  85 142 → 2 3 0
     469 715  95 160 → 2 4 0`,
};

test.each(Object.entries(shelves))('%s', (_name, text) => {
  const { boxes, places } = table(text);
  expect(placeOnShelves(boxes)).toEqual(places);
});

test('nothing found has no places', () => {
  expect(placeOnShelves([])).toEqual([]);
});

const examples: { shelves: { file: string; facings: ({ box: Box } & Place)[] }[] } = JSON.parse(
  readFileSync(new URL('../../../examples/truth.json', import.meta.url), 'utf8'),
);

test.each(examples.shelves)('every facing of examples/$file is where the renderer put it', ({ facings }) => {
  const truth = facings.map(({ shelf, position, level }) => ({ shelf, position, level }));
  expect(placeOnShelves(facings.map(({ box }) => box))).toEqual(truth);
});

const stack = fc.record({
  width: fc.double({ min: 50, max: 250, noNaN: true }),
  height: fc.double({ min: 70, max: 300, noNaN: true }),
  levels: fc.integer({ min: 1, max: 3 }),
  gapBefore: fc.oneof(fc.double({ min: 0, max: 12, noNaN: true }), fc.double({ min: 0, max: 300, noNaN: true })),
});
const run = fc
  .tuple(stack, fc.integer({ min: 1, max: 6 }))
  .map(([one, times]) =>
    Array.from({ length: times }, (_, index) => ({ ...one, gapBefore: index ? 5 : one.gapBefore })),
  );
const planogram: fc.Arbitrary<Planogram> = fc.array(
  fc.array(run, { minLength: 1, maxLength: 4 }).map((runs) => runs.flat()),
  { minLength: 1, maxLength: 5 },
);
const noise = fc.double({ min: -1, max: 1, noNaN: true });
const viewWithin = (limits: View) =>
  fc.record({
    roll: fc.double({ min: -limits.roll, max: limits.roll, noNaN: true }),
    yaw: fc.double({ min: -limits.yaw, max: limits.yaw, noNaN: true }),
    pitch: fc.double({ min: -limits.pitch, max: limits.pitch, noNaN: true }),
  });
const photographs = (limits: View) =>
  fc
    .tuple(planogram, viewWithin(limits), fc.infiniteStream(noise))
    .map(([plan, view, shakes]) => photograph(plan, view, () => shakes.next().value));

describe('photographs of random shelves, with boxes that are 3 % off', () => {
  // A fixed seed: what no method can tell apart comes up now and then, and no two runs should differ in it.
  test.each<[string, View, number]>([
    ['straight', { roll: 0, yaw: 0, pitch: 0 }, 0.99],
    ['turned up to 8 degrees', { roll: 8, yaw: 0, pitch: 0 }, 0.99],
    ['from up to 25 degrees aside', { roll: 0, yaw: 25, pitch: 0 }, 0.99],
    ['from up to 12 degrees above or below', { roll: 0, yaw: 0, pitch: 12 }, 0.99],
    ['all of it at once', { roll: 5, yaw: 15, pitch: 8 }, 0.98],
  ])('%s: nearly all of them are right in every box', (_name, limits, least) => {
    const samples = fc.sample(photographs(limits), { seed: 20_260_101, numRuns: 150 });
    const right = samples.filter((packs) => {
      const places = placeOnShelves(packs.map(({ box }) => box));
      return packs.every(({ place }, index) => isSame(place, places[index]!));
    });
    expect(right.length / samples.length).toBeGreaterThanOrEqual(least);
  });

  test('places are without gaps, whatever the boxes are', () => {
    const box = fc.record({
      x: fc.double({ min: 0, max: 4000, noNaN: true }),
      y: fc.double({ min: 0, max: 3000, noNaN: true }),
      width: fc.double({ min: 1, max: 900, noNaN: true }),
      height: fc.double({ min: 1, max: 900, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(box, { maxLength: 60 }), (boxes) => {
        const places = placeOnShelves(boxes);
        expect(places).toHaveLength(boxes.length);
        expectCounted(places.map(({ shelf }) => shelf));
        for (const onShelf of groupBy(places, ({ shelf }) => shelf)) {
          expectCounted(onShelf.map(({ position }) => position));
          for (const inStack of groupBy(onShelf, ({ position }) => position))
            expectCounted(inStack.map(({ level }) => level));
        }
      }),
    );
  });

  test('the order of the boxes and the size of the picture make no odds', () => {
    const shuffled = photographs({ roll: 5, yaw: 10, pitch: 5 }).chain((packs) => {
      const indexes = packs.map((_, index) => index);
      const order = fc.shuffledSubarray(indexes, { minLength: packs.length });
      return fc.record({ packs: fc.constant(packs), order, scale: fc.constantFrom(0.25, 3) });
    });
    for (const { packs, order, scale } of fc.sample(shuffled, { seed: 7, numRuns: 50 })) {
      const places = placeOnShelves(packs.map(({ box }) => box));
      const again = placeOnShelves(order.map((index) => scaled(packs[index]!.box, scale)));
      expect(again).toEqual(order.map((index) => places[index]));
    }
  });
});

function isSame(a: Place, b: Place): boolean {
  return a.shelf === b.shelf && a.position === b.position && a.level === b.level;
}

function scaled({ x, y, width, height }: Box, scale: number): Box {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

/** 0, 1, 2 and so on, each at least once. */
function expectCounted(numbers: readonly number[]): void {
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  expect(distinct).toEqual(distinct.map((_, index) => index));
}

function groupBy<T>(values: readonly T[], key: (value: T) => number): T[][] {
  return [...Map.groupBy(values, key).values()];
}
