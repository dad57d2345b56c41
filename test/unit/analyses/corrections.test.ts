import { describe, expect, test } from 'vitest';
import { effectsOf } from '../../../src/analyses/corrections/effects.ts';
import { summarizeFacings } from '../../../src/analyses/result.ts';
import { correctDetections } from '../../../src/recognition/corrections/apply.ts';
import { isSameProduct, matchCorrections } from '../../../src/recognition/corrections/match.ts';
import type { Statement } from '../../../src/recognition/corrections/statement.ts';
import type { Detection } from '../../../src/recognition/detection.ts';
import type { BoxNumbers } from '../../../src/recognition/rounding.ts';
import { storedDetection } from '../../support/stored-results.ts';

const [thisRun, otherRun] = ['run-1', 'run-0'];
const items = ['tea', 'coffee', 'water'];

let made = 0;
function correction(values: Partial<Statement>): Statement {
  made += 1;
  return {
    id: String(made).padStart(6, '0'),
    analysis_id: otherRun,
    detection_index: null,
    box: [0, 0, 10, 10],
    changed_box: null,
    verdict: 'UNKNOWN',
    catalog_item_id: null,
    ...values,
  };
}

test('a correction of this run is about its own detection, wherever that is', () => {
  const own = correction({ analysis_id: thisRun, detection_index: 1, box: [500, 500, 10, 10] });
  const { byDetection, alone } = matchCorrections(thisRun, [storedDetection(), storedDetection()], [own]);
  expect([...byDetection]).toEqual([[1, own]]);
  expect(alone).toEqual([]);
});

test('a changed box counts for other runs: for what was found where it was, and for what was found where it is', () => {
  const changed = correction({ changed_box: [30, 0, 10, 10], verdict: 'ITEM', catalog_item_id: 'tea' });
  for (const box of [
    [0, 0, 10, 10],
    [31, 0, 10, 10],
  ] satisfies BoxNumbers[]) {
    const corrected = correctDetections(thisRun, [storedDetection({ box })], [changed]);
    expect(corrected.map(({ detection }) => [detection.itemId, detection.box])).toEqual([['tea', [30, 0, 10, 10]]]);
  }
});

test('a correction of another run is about the detection that overlaps it most, from one half on', () => {
  const detections = [
    [0, 0, 10, 10],
    [20, 0, 10, 10],
    [23, 0, 10, 10],
  ].map((box) => storedDetection({ box: box as BoxNumbers }));
  const half = correction({ box: [0, 0, 10, 20] });
  const less = correction({ box: [0, 0, 10, 21] });
  const best = correction({ box: [22, 0, 10, 10] });
  expect([...matchCorrections(thisRun, detections, [half, best]).byDetection]).toEqual([
    [2, best],
    [0, half],
  ]);
  expect(matchCorrections(thisRun, detections, [less]).alone).toEqual([less]);
});

test('of two corrections of one product only one counts: the better match, otherwise the newer', () => {
  const detections = [storedDetection({ box: [0, 0, 10, 10] })];
  const [older, newer] = [correction({ box: [1, 0, 10, 10] }), correction({ box: [0, 1, 10, 10] })];
  expect(matchCorrections(thisRun, detections, [older, newer])).toEqual({
    byDetection: new Map([[0, newer]]),
    alone: [],
  });
  expect(matchCorrections(thisRun, [], [older, newer]).alone).toEqual([newer]);
});

describe('whatever was found and said', () => {
  /** Numbers that look random and are the same every time. */
  function randomBy(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((state / 2 ** 31) * below);
    };
  }

  function scene(seed: number): { detections: Detection[]; corrections: Statement[] } {
    const random = randomBy(seed);
    const box = (): BoxNumbers => [random(40), random(40), 5 + random(15), 5 + random(15)];
    const item = () => items[random(items.length)]!;
    const detections = Array.from({ length: random(12) }, () =>
      storedDetection({ box: box(), itemId: random(3) === 0 ? null : item() }),
    );
    const taken = new Set<number>();
    const corrections = Array.from({ length: random(12) }, () => {
      const index = detections.length > 0 && random(2) === 0 ? random(detections.length) : null;
      const isOwn = index !== null && !taken.has(index);
      if (isOwn) taken.add(index);
      const verdict = (['ITEM', 'UNKNOWN', 'NOT_A_PRODUCT'] as const)[random(3)]!;
      return correction({
        box: index === null ? box() : detections[index]!.box,
        ...(isOwn && { analysis_id: thisRun, detection_index: index }),
        verdict,
        catalog_item_id: verdict === 'ITEM' ? item() : null,
      });
    });
    return { detections, corrections };
  }

  const seeds = Array.from({ length: 150 }, (_, seed) => seed + 1);

  test('each correction is about at most one product, and each product has at most one correction', () => {
    for (const seed of seeds) {
      const { detections, corrections } = scene(seed);
      const { byDetection, alone } = matchCorrections(thisRun, detections, corrections);
      const used = [...byDetection.values(), ...alone];
      expect(new Set(used).size, `seed ${seed}`).toBe(used.length);
      for (const one of alone) {
        expect(
          detections.some(({ box }) => isSameProduct(box, one.box)),
          `seed ${seed}`,
        ).toBe(false);
        expect(
          alone.filter(({ box }) => isSameProduct(box, one.box)),
          `seed ${seed}`,
        ).toEqual([one]);
      }
    }
  });

  test('no order of the corrections changes what they are about', () => {
    for (const seed of seeds) {
      const { detections, corrections } = scene(seed);
      const one = correctDetections(thisRun, detections, corrections);
      expect(correctDetections(thisRun, detections, [...corrections].reverse()), `seed ${seed}`).toEqual(one);
    }
  });

  test('a product that is named is in the corrected result, and one that is no product is not', () => {
    for (const seed of seeds) {
      const { detections, corrections } = scene(seed);
      const { byDetection, alone } = matchCorrections(thisRun, detections, corrections);
      const corrected = correctDetections(thisRun, detections, corrections);
      const said = [...byDetection.values(), ...alone];
      for (const { id, verdict, catalog_item_id } of said) {
        const shown = corrected.filter(({ correctionId }) => correctionId === id);
        expect(shown.length, `seed ${seed}`).toBe(verdict === 'NOT_A_PRODUCT' ? 0 : 1);
        for (const { detection } of shown) expect(detection.itemId).toBe(catalog_item_id);
      }
      const untouched = detections.filter((_, index) => !byDetection.has(index)).length;
      expect(corrected.filter(({ correctionId }) => correctionId === null)).toHaveLength(untouched);
    }
  });

  test('the sums as found and the effects are the sums of the corrected result', () => {
    for (const seed of seeds) {
      const { detections, corrections } = scene(seed);
      const corrected = correctDetections(thisRun, detections, corrections).map(({ detection }) => detection);
      const sums = new Map(summarizeFacings(detections).map((use) => [use.itemId, use]));
      for (const { itemId, facings, area, width, analyses } of effectsOf(thisRun, detections, corrections)) {
        const found = sums.get(itemId);
        expect(analyses, `seed ${seed}`).toBe(
          Number((found?.facings ?? 0) + facings > 0) - Number(found !== undefined),
        );
        const use = found ?? { itemId, facings: 0, area: 0, width: 0 };
        sums.set(itemId, { itemId, facings: use.facings + facings, area: use.area + area, width: use.width + width });
      }
      const expected = summarizeFacings(corrected);
      const nonZero = [...sums.values()].filter(({ facings }) => facings !== 0);
      expect(nonZero.length, `seed ${seed}`).toBe(expected.length);
      for (const use of expected) {
        const sum = sums.get(use.itemId)!;
        expect(sum.facings).toBe(use.facings);
        expect(sum.area).toBeCloseTo(use.area, 6);
        expect(sum.width).toBeCloseTo(use.width, 6);
      }
    }
  });

  test('places on shelves are complete after boxes came and went', () => {
    for (const seed of seeds.slice(0, 50)) {
      const { detections, corrections } = scene(seed);
      const corrected = correctDetections(thisRun, detections, corrections);
      const hasOther = corrected.length !== detections.length || corrected.some(({ index }) => index === null);
      for (const { detection } of corrected) expect(detection.place !== undefined, `seed ${seed}`).toBe(hasOther);
    }
  });
});

test('nothing said changes nothing', () => {
  const detections = [storedDetection({ itemId: 'tea', place: [0, 0, 0] })];
  expect(effectsOf(thisRun, detections, [])).toEqual([]);
  const confirmed = correction({ analysis_id: thisRun, detection_index: 0, verdict: 'ITEM', catalog_item_id: 'tea' });
  expect(effectsOf(thisRun, detections, [confirmed])).toEqual([]);
  expect(correctDetections(thisRun, detections, [confirmed])).toEqual([
    {
      detection: { ...detections[0], matchedBy: 'CORRECTION', confidence: 1 },
      index: 0,
      correctionId: confirmed.id,
    },
  ]);
});
