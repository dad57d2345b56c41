import { expect, test } from 'vitest';
import { toShelves } from '../../../src/analyses/shelves.ts';
import type { Detection } from '../../../src/recognition/detection.ts';

function detection(box: Detection['box'], place?: [number, number, number]): Detection {
  const found = { box, objectness: 0.9, confidence: 0.9, itemId: null, matchedBy: null, candidates: [], label: null };
  return place ? { ...found, place } : found;
}

test('detections become shelves from the top, positions from the left, stacks from their foot', () => {
  const found = [
    detection([210, 400, 90, 150], [1, 0, 0]),
    detection([200, 100, 100, 100], [0, 1, 1]),
    detection([200, 200, 110, 100], [0, 1, 0]),
    detection([100, 90, 90, 210], [0, 0, 0]),
  ];
  expect(toShelves(found)).toEqual([
    {
      index: 0,
      box: [100, 90, 210, 210],
      positions: [
        { index: 0, level: 0, detection: 3 },
        { index: 1, level: 0, detection: 2 },
        { index: 1, level: 1, detection: 1 },
      ],
    },
    { index: 1, box: [210, 400, 90, 150], positions: [{ index: 0, level: 0, detection: 0 }] },
  ]);
});

test('a result without places, as an older worker writes it, is placed when it is read', () => {
  const shelves = toShelves([detection([205, 100, 100, 200]), detection([100, 100, 100, 200])]);
  expect(shelves.map(({ positions }) => positions.map((position) => position.detection))).toEqual([[1, 0]]);
});

test('nothing found is no shelf', () => {
  expect(toShelves([])).toEqual([]);
});
