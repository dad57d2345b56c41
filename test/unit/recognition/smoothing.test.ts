import { describe, expect, test } from 'vitest';
import { normalizeEmbedding } from '../../../src/recognition/embedding.ts';
import { groupAlike, type NamedFacing, smoothNeighbors } from '../../../src/recognition/smoothing.ts';

const looks = { mint: [1, 0, 0.1], rosehip: [0.6, 0.8, 0], soap: [0, 0.1, 1] };
const rule = { alikeCosine: 0.9, topCandidates: 3 };

/** Facings side by side on one shelf: what each looks like, what it was named, with what confidence. */
function row(...facings: [look: keyof typeof looks, itemId: string | null, confidence?: number][]): NamedFacing[] {
  return facings.map(([look, itemId, confidence = 0.8], index) => ({
    box: { x: index * 105, y: 100 + index, width: 100, height: 200 },
    embedding: normalizeEmbedding(Float32Array.from(looks[look])),
    naming: { itemId, confidence, candidates: itemId === null ? [] : [{ itemId, confidence }] },
    keepsName: false,
  }));
}

function names(facings: readonly NamedFacing[]): (string | null)[] {
  return smoothNeighbors(facings, rule).map(({ itemId }) => itemId);
}

describe('neighbours that look alike', () => {
  test('take the item that most of them got, with the mean confidence of those that got it', () => {
    const smoothed = smoothNeighbors(
      row(['mint', 'mint', 0.7], ['mint', null, 0.95], ['mint', 'mint', 0.9], ['mint', 'rosehip', 0.61]),
      rule,
    );
    expect(smoothed.map(({ itemId, fromNeighbors }) => [itemId, fromNeighbors])).toEqual([
      ['mint', false],
      ['mint', true],
      ['mint', false],
      ['mint', true],
    ]);
    expect(smoothed[0]!.confidence).toBe(0.7);
    expect(smoothed[1]!.confidence).toBeCloseTo(0.8);
    expect(smoothed[3]).toMatchObject({ candidates: [{ itemId: 'mint' }, { itemId: 'rosehip', confidence: 0.61 }] });
  });

  test('a single name is not spread, and two that are named alike often decide nothing', () => {
    expect(names(row(['mint', 'mint'], ['mint', null], ['mint', null]))).toEqual(['mint', null, null]);
    const tie = row(['mint', 'mint'], ['mint', 'rosehip'], ['mint', 'mint'], ['mint', 'rosehip'], ['mint', null]);
    expect(names(tie)).toEqual(['mint', 'rosehip', 'mint', 'rosehip', null]);
  });

  test('what looks different stays what it is, between them or beside them', () => {
    const mixed = row(['mint', 'mint'], ['mint', 'mint'], ['rosehip', null], ['mint', null], ['soap', 'soap']);
    // The last mint is cut off from the others by the rosehip: it is nobody's neighbour.
    expect(names(mixed)).toEqual(['mint', 'mint', null, null, 'soap']);
  });

  test('one that is sure for reasons of its own keeps its name', () => {
    const facings = row(['mint', 'mint'], ['mint', 'rosehip'], ['mint', 'mint']);
    facings[1]!.keepsName = true;
    expect(names(facings)).toEqual(['mint', 'rosehip', 'mint']);
  });

  test('no more candidates are listed than were asked for', () => {
    const facings = row(['mint', 'mint'], ['mint', null], ['mint', 'mint']);
    expect(smoothNeighbors(facings, { ...rule, topCandidates: 0 })[1]).toMatchObject({
      itemId: 'mint',
      candidates: [],
    });
  });
});

test('groups reach along a shelf and up a stack, and not to another shelf or to a pack of another size', () => {
  const facings = row(['mint', null], ['mint', null], ['mint', null]);
  const [first, , third] = facings;
  const above = { ...first!, box: { x: 0, y: -98, width: 100, height: 198 } };
  const below = { ...first!, box: { x: 0, y: 400, width: 100, height: 200 } };
  third!.box = { x: 210, y: 22, width: 140, height: 280 };
  expect(groupAlike([...facings, above, below], rule.alikeCosine).map((group) => group.sort())).toEqual([[0, 1, 3]]);
});
