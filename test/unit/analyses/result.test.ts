import { expect, test } from 'vitest';
import { meanConfidence, summarizeFacings } from '../../../src/analyses/result.ts';
import type { Detection } from '../../../src/recognition/detection.ts';

function detection(itemId: string | null, confidence: number, [width, height]: [number, number]): Detection {
  const box: Detection['box'] = [10, 20, width, height];
  return { box, objectness: 0.9, confidence, itemId, matchedBy: null, candidates: [], label: null };
}

test('facings are summed by item, and what is unnamed by itself', () => {
  const found = [detection('tea', 0.9, [10, 20]), detection(null, 0.5, [99, 99]), detection('tea', 0.7, [12, 5])];
  expect(summarizeFacings([...found, detection('jam', 0.8, [1, 1])])).toEqual([
    { itemId: 'tea', facings: 2, area: 10 * 20 + 12 * 5, width: 22 },
    { itemId: null, facings: 1, area: 99 * 99, width: 99 },
    { itemId: 'jam', facings: 1, area: 1, width: 1 },
  ]);
  expect(summarizeFacings([])).toEqual([]);
});

test('what is stacked takes area, and none of the length of the shelf', () => {
  const [below, above] = [detection('tea', 0.9, [10, 20]), detection('tea', 0.9, [10, 20])];
  below!.place = [0, 3, 0];
  above!.place = [0, 3, 1];
  expect(summarizeFacings([below!, above!])).toEqual([{ itemId: 'tea', facings: 2, area: 400, width: 10 }]);
});

test('the confidence of an analysis is the mean of its detections, and nothing where there are none', () => {
  expect(meanConfidence([detection('tea', 0.5, [1, 1]), detection(null, 1, [1, 1])])).toBeCloseTo(0.75);
  expect(meanConfidence([])).toBeNull();
});
