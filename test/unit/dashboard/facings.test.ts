import { describe, expect, test } from 'vitest';
import {
  doubtOf,
  listAlike,
  listChoices,
  listCommonItems,
  listDoubtful,
} from '../../../dashboard/src/review/facings.ts';
import type { FacingFragment } from '../../../dashboard/src/review/review.generated.ts';

const item = (id: string) => ({
  __typename: 'CatalogItem' as const,
  id,
  name: id,
  thumbnail: { __typename: 'Image' as const, id: `${id}-image`, url: null },
});

let count = 0;
/** Named as `named`, and looking like `candidates`. */
function facing(named: string | null, confidence: number, candidates: Record<string, number> = {}): FacingFragment {
  return {
    __typename: 'Detection',
    id: `facing-${count++}`,
    confidence,
    box: { __typename: 'Box', x: 0, y: 0, width: 0.1, height: 0.1 },
    catalogItem: named === null ? null : item(named),
    candidates: Object.entries(candidates).map(([id, share]) => ({
      __typename: 'Candidate',
      confidence: share,
      catalogItem: item(id),
    })),
    correction: null,
  };
}

describe('the doubt about a facing', () => {
  test.each([
    ['named and certain', facing('tea', 0.98, { tea: 0.98 }), 0.02],
    ['named, uncertain', facing('tea', 0.6, { tea: 0.6, jam: 0.3 }), 0.4],
    ['named by its neighbours, against what it looks like', facing('tea', 0.9, { jam: 0.8, tea: 0.1 }), 0.8],
    ['without a name, like an item', facing(null, 0.9, { tea: 0.45 }), 0.45],
    ['like nothing that is known', facing(null, 0.9), 0],
  ])('%s', (_title, one, doubt) => {
    expect(doubtOf(one)).toBeCloseTo(doubt);
  });
});

test('the most doubtful comes first; what is certain or was corrected is left out, unless all are asked for', () => {
  const sure = facing('tea', 0.99, { tea: 0.99 });
  const unsure = facing('tea', 0.7, { tea: 0.7 });
  const worst = facing(null, 0.9, { tea: 0.5 });
  const wrong = facing('tea', 0.2, { tea: 0.2 });
  const { id, box } = wrong;
  const correction = {
    __typename: 'Correction' as const,
    id: 'c',
    verdict: 'UNKNOWN' as const,
    catalogItem: null,
    box,
    detection: { __typename: 'Detection' as const, id, box },
  };
  const corrected = { ...wrong, correction };
  const all = [sure, unsure, corrected, worst];
  expect(listDoubtful(all, false)).toEqual([worst, unsure]);
  expect(listDoubtful(all, true)).toEqual([worst, unsure, sure]);
});

test('the first choice is what it was named as, then what it looks like, each once and five at most', () => {
  const one = facing('tea', 0.9, { jam: 0.8, tea: 0.1, oats: 0.1, soda: 0.1, water: 0.05, juice: 0.05 });
  expect(listChoices(one).map(({ id }) => id)).toEqual(['tea', 'jam', 'oats', 'soda', 'water']);
});

test('what was missed is probably what stands there most often', () => {
  const shelf = [facing('jam', 1), facing('tea', 1), facing('tea', 1), facing(null, 1)];
  expect(listCommonItems(shelf).map(({ id }) => id)).toEqual(['tea', 'jam']);
});

test('alike are those that were named the same or, without a name, look most like the same', () => {
  const tea = facing('tea', 0.9);
  const otherTea = facing('tea', 0.5, { jam: 0.6 });
  const likeTea = facing(null, 0.9, { tea: 0.4 });
  const otherLikeTea = facing(null, 0.8, { tea: 0.3, jam: 0.2 });
  const nothing = facing(null, 0.9);
  const all = [tea, otherTea, likeTea, otherLikeTea, nothing, facing(null, 0.9)];
  expect(listAlike(tea, all)).toEqual([otherTea]);
  expect(listAlike(likeTea, all)).toEqual([otherLikeTea]);
  expect(listAlike(nothing, all)).toEqual([]);
});
