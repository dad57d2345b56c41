import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeEmbedding } from '../../../src/recognition/embedding.ts';
import { chooseVaried } from '../../../src/recognition/variety.ts';

/** A direction in the plane, by its angle in degrees. */
function towards(degrees: number): Float32Array {
  const radians = (degrees / 180) * Math.PI;
  return Float32Array.of(Math.cos(radians), Math.sin(radians));
}

describe('pictures that differ', () => {
  test('are kept, and of two that are alike the newer one', () => {
    expect(chooseVaried([0, 90, 91, 180].map(towards), 3)).toEqual([0, 2, 3]);
    expect(chooseVaried([0, 1, 90, 91, 180].map(towards), 3)).toEqual([1, 3, 4]);
  });

  test('are all kept as long as there are not too many', () => {
    expect(chooseVaried([0, 0, 0].map(towards), 3)).toEqual([0, 1, 2]);
    expect(chooseVaried([], 3)).toEqual([]);
  });

  test('are never closer together than those of which one was left out', () => {
    const angles = fc.array(fc.integer({ min: 0, max: 359 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(angles, fc.integer({ min: 2, max: 6 }), (list, most) => {
        const vectors = list.map(towards).map(normalizeEmbedding);
        const kept = chooseVaried(vectors, most);
        expect(kept).toHaveLength(Math.min(most, list.length));
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        const cosine = (a: number, b: number) => vectors[a]![0]! * vectors[b]![0]! + vectors[a]![1]! * vectors[b]![1]!;
        const others = (index: number) => kept.filter((other) => other !== index);
        const closest = Math.max(...kept.flatMap((a) => others(a).map((b) => cosine(a, b))));
        for (const out of list.keys()) {
          if (kept.includes(out)) continue;
          expect(Math.max(...list.flatMap((_, b) => (b === out ? [] : [cosine(out, b)])))).toBeGreaterThanOrEqual(
            closest - 1e-6,
          );
        }
      }),
    );
  });
});
