import { expect, test } from 'vitest';
import type { Detection } from '../../../../src/cli/demo/follow.ts';
import { tally } from '../../../../src/cli/demo/tally.ts';

function detection(name: string | null, confidence: number): Detection {
  return {
    box: { x: 0, y: 0, width: 1, height: 1 },
    confidence,
    catalogItem: name === null ? null : { id: `id of ${name}`, name },
  };
}

test('counts items, the most frequent first, then by name, and the unnamed last', () => {
  const rows = tally([
    detection(null, 0.5),
    detection(null, 0.5),
    detection(null, 0.5),
    detection('Water', 0.8),
    detection('Jam', 0.9),
    detection('Tea', 0.6),
    detection('Tea', 0.8),
  ]);
  expect(rows.map(({ itemName, count }) => [itemName, count])).toEqual([
    ['Tea', 2],
    ['Jam', 1],
    ['Water', 1],
    [null, 3],
  ]);
  expect(rows[0]!.confidence).toBeCloseTo(0.7);
});

test('has no row for a picture without products', () => {
  expect(tally([])).toEqual([]);
});
