import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrate } from '../../../src/recognition/calibration.ts';
import { contend } from '../../../src/recognition/counter-examples.ts';
import { normalizeEmbedding } from '../../../src/recognition/embedding.ts';
import { nameDetection } from '../../../src/recognition/naming.ts';
import { findLikenesses, type KnownItems, nearestReferences, standsAlone } from '../../../src/recognition/taught.ts';

const rule = { acceptConfidence: 0.6, temperature: 0.05, noneCosine: 0.1 };
const tea = [1, 0, 0, 0];
const soda = [0, 1, 0, 0];
/** Between the soda and a pack that is no item. */
const crop = normalizeEmbedding(Float32Array.from([0, 0.7, 0.7, 0]));

function known(taught: {
  references?: [row: number, vector: number[], alone?: boolean][];
  against?: [string | null, number[]][];
}): KnownItems {
  const { references = [], against = [] } = taught;
  return {
    itemIds: ['b tea', 'c soda'],
    dims: 4,
    data: Float32Array.from([...tea, ...soda]),
    taught: {
      references: {
        rows: references.map(([row]) => row),
        alone: references.map(([, , alone]) => alone ?? true),
        data: Float32Array.from(references.flatMap(([, vector]) => vector)),
      },
      counterExamples: {
        itemsBefore: against.map(([itemsBefore]) => itemsBefore),
        data: Float32Array.from(against.flatMap(([, vector]) => vector)),
      },
    },
  };
}

function name(items: KnownItems) {
  return nameDetection(crop, 0.9, items, rule, 2);
}

describe('a picture that a correction taught', () => {
  test('stands alone if the catalogue pictures seem to show something else', () => {
    expect(standsAlone(Float32Array.from(tea), Float32Array.from(soda))).toBe(true);
    expect(standsAlone(Float32Array.from(soda), crop)).toBe(false);
  });

  test('changes no similarity as long as it only confirms the catalogue pictures', () => {
    const taught = known({ references: [[0, [...crop], false]] });
    expect([...findLikenesses(crop, taught).similar]).toEqual([0, expect.closeTo(Math.SQRT1_2, 3)]);
  });

  test('makes an item as similar as it is itself if it stands alone, and none less similar', () => {
    expect([...findLikenesses(crop, known({})).similar]).toEqual([0, expect.closeTo(Math.SQRT1_2, 3)]);
    const taught = known({
      references: [
        [0, [...crop]],
        [1, tea],
      ],
    });
    expect([...findLikenesses(crop, taught).similar]).toEqual([expect.closeTo(1, 5), expect.closeTo(Math.SQRT1_2, 3)]);
    expect(name(taught).itemId).toBe('b tea');
  });

  test('is chosen for the comparison of details by its similarity, among those of its item', () => {
    const rows = [0, 0, 2, 2, 2, 5];
    const similar = Float32Array.of(0.9, 0.8, 0.1, 0.7, 0.3, 0.99);
    expect(nearestReferences(rows, 2, similar, 2)).toEqual([3, 4]);
    expect(nearestReferences(rows, 0, similar, 3)).toEqual([0, 1]);
    expect(nearestReferences(rows, 1, similar, 3)).toEqual([]);
    expect(nearestReferences(rows, 5, similar, 3)).toEqual([5]);
    expect(nearestReferences([], 0, new Float32Array(), 3)).toEqual([]);
  });
});

describe('a counter-example', () => {
  const likeCrop = [...normalizeEmbedding(Float32Array.from([0, 0.6, 0.8, 0]))];

  test('takes the name from what is more like it than like the item', () => {
    expect(name(known({})).itemId).toBe('c soda');
    const countered = name(known({ against: [[null, likeCrop]] }));
    expect(countered).toMatchObject({ itemId: null, confidence: 0.9 });
    expect(countered.candidates[0]!.itemId).toBe('c soda');
    expect(countered.candidates[0]!.confidence).toBeLessThan(0.1);
  });

  test('leaves the name to what is more like the item', () => {
    expect(name(known({ against: [[null, [0, 0, 0, 1]]] })).itemId).toBe('c soda');
    expect(name(known({ references: [[1, [...crop]]], against: [[null, [0, 0, 1, 0]]] })).itemId).toBe('c soda');
  });

  test('says nothing about items that are newer than it', () => {
    expect(name(known({ against: [['d', likeCrop]] })).itemId).toBeNull();
    expect(name(known({ against: [['c', likeCrop]] })).itemId).toBe('c soda');
  });

  test('must be beaten, whatever the threshold', () => {
    const trusting = { ...rule, acceptConfidence: 0 };
    expect(nameDetection(crop, 0.9, known({ against: [[null, likeCrop]] }), trusting, 2).itemId).toBeNull();
  });

  test('is one class more in the softmax', () => {
    const cosine = fc.float({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(cosine, { minLength: 1, maxLength: 6 }), cosine, (list, against) => {
        const chances = calibrate(Float32Array.from(list), rule);
        const beside = calibrate(Float32Array.from([...list, against]), rule);
        const compared = [{ itemsBefore: null, logit: against / rule.temperature }];
        list.forEach((each, index) => {
          const { confidence } = contend('item', chances[index]!, Math.fround(each) / rule.temperature, compared);
          expect(confidence).toBeCloseTo(beside[index]!, 5);
        });
      }),
    );
  });

  test('counts once, however often it was said', () => {
    const once = contend('item', 0.8, 10, [{ itemsBefore: null, logit: 9 }]);
    const often = contend('item', 0.8, 10, Array(5).fill({ itemsBefore: null, logit: 9 }));
    expect(often).toEqual(once);
    expect(once.wins).toBe(true);
    expect(contend('item', 0.8, 10, [])).toEqual({ itemId: 'item', confidence: 0.8, wins: true });
  });
});
