import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrate } from '../../../src/recognition/calibration.ts';
import { normalizeEmbedding } from '../../../src/recognition/embedding.ts';
import { cosines, type ItemVectors, topIndexes } from '../../../src/recognition/matching.ts';
import { nameDetection } from '../../../src/recognition/naming.ts';
import { objectnessThreshold } from '../../../src/recognition/threshold.ts';

const rule = { acceptConfidence: 0.6, temperature: 0.05, noneCosine: 0.1 };
const items: ItemVectors = {
  itemIds: ['tea', 'soda', 'soap'],
  dims: 3,
  data: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]),
};

describe('naming a detection', () => {
  test('gives the item that clearly fits, with its chance, and lists it first', () => {
    const naming = nameDetection(normalizeEmbedding(Float32Array.from([0.1, 1, 0])), 0.9, items, rule, 2);
    expect(naming.itemId).toBe('soda');
    expect(naming.confidence).toBeGreaterThan(0.99);
    expect(naming.candidates.map(({ itemId }) => itemId)).toEqual(['soda', 'tea']);
    expect(naming.candidates[0]!.confidence).toBe(naming.confidence);
  });

  test('leaves open what lies between two items, keeps objectness as confidence and lists both', () => {
    const naming = nameDetection(normalizeEmbedding(Float32Array.from([1, 1, 0])), 0.8, items, rule, 2);
    expect(naming).toMatchObject({ itemId: null, confidence: 0.8 });
    expect(naming.candidates.map(({ itemId }) => itemId)).toEqual(['tea', 'soda']);
    expect(naming.candidates[0]!.confidence).toBeCloseTo(0.5, 2);
  });

  test('leaves open what resembles none of the items', () => {
    const naming = nameDetection(normalizeEmbedding(Float32Array.from([-1, -1, -1])), 0.7, items, rule, 3);
    expect(naming).toMatchObject({ itemId: null, confidence: 0.7 });
  });

  test('names without listing when no candidates are asked for', () => {
    expect(nameDetection(Float32Array.from([1, 0, 0]), 0.7, items, rule, 0)).toMatchObject({
      itemId: 'tea',
      candidates: [],
    });
  });
});

describe('chances', () => {
  const values = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 });

  test('lie between 0 and 1, sum to less than 1, and keep the order of the cosines', () => {
    fc.assert(
      fc.property(values, (list) => {
        const chances = calibrate(Float32Array.from(list), rule);
        const sum = chances.reduce((total, chance) => total + chance, 0);
        expect(sum).toBeLessThanOrEqual(1 + 1e-9);
        expect([...chances].every((chance) => chance >= 0)).toBe(true);
        const likeliest = Math.max(...chances);
        expect(chances[topIndexes(Float32Array.from(list), 1)[0]!]).toBe(likeliest);
      }),
    );
  });

  test('of an item fall when a look-alike joins the catalogue', () => {
    const alone = calibrate(Float32Array.from([0.6, 0.1]), rule)[0]!;
    const withSister = calibrate(Float32Array.from([0.6, 0.1, 0.58]), rule)[0]!;
    expect(withSister).toBeLessThan(alone * 0.7);
  });
});

describe('matching', () => {
  test('finds the same cosines as plain arithmetic, whatever the number of dimensions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.float({ min: -1, max: 1, noNaN: true })),
        (dims, rows, stream) => {
          const next = () => stream.next().value as number;
          const data = Float32Array.from({ length: dims * rows }, next);
          const query = Float32Array.from({ length: dims }, next);
          const found = cosines(query, { dims, data });
          for (let row = 0; row < rows; row++) {
            const expected = query.reduce((sum, value, index) => sum + value * data[row * dims + index]!, 0);
            expect(found[row]).toBeCloseTo(expected, 5);
          }
        },
      ),
    );
  });

  test('refuses an embedding of another model', () => {
    expect(() => cosines(new Float32Array(2), items)).toThrow(
      'An embedding of 2 numbers cannot be compared with items of 3.',
    );
  });

  test('finds the same top as sorting does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        (list, count) => {
          const sorted = list
            .map((value, index) => ({ value, index }))
            .sort((a, b) => b.value - a.value || a.index - b.index);
          expect(topIndexes(Float32Array.from(list), count)).toEqual(sorted.slice(0, count).map(({ index }) => index));
        },
      ),
    );
  });
});

describe('the threshold of a task', () => {
  test.each([
    ["the pipeline's own value", 0.5, 0.638],
    ['a higher one', 0.9, 0.638],
    ['half of it', 0.25, 0.319],
    ['none at all', 0, 0],
  ])('of %s gives boxes their objectness', (_name, task, expected) => {
    expect(objectnessThreshold(0.638, 0.5, task)).toBeCloseTo(expected, 9);
  });
});
