import { describe, expect, test } from 'vitest';
import { encodeViews } from '../../../src/recognition/local-features/encoding.ts';
import { limitFeatures } from '../../../src/recognition/local-features/features.ts';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import { ItemFeatures } from '../../../workers/engines/child/steps/verify/item-features.ts';
import { verifyFacings } from '../../../workers/engines/child/steps/verify/verify-facings.ts';
import { randomFeatures, readRecorded } from '../recognition/local-features/support/features.ts';

/** Which facings are looked at closely, whose keypoints cost more than everything else that naming does. */
const itemIds = ['wimborel-mint-tea', 'wimborel-rosehip-tea', 'dunnaby-plum-jam', 'pondello-lemon-soda'];
const stranger = randomFeatures(300, 7);
const mintTea = readRecorded('crop-mint-tea');
/** Its score with the item is 3.8: too little for a name, more than a stranger's. */
const unclear = limitFeatures(mintTea, 5);

interface Options {
  spreads?: boolean;
  /** Items that have no features yet. */
  without?: string[];
}

/** Names groups of facings, each given by its features, and tells which were looked at, in their order. */
async function verify(groups: (typeof mintTea)[][], { spreads = false, without = [] }: Options = {}) {
  const features = new ItemFeatures(async (_job, _model, wanted) =>
    wanted
      .filter(({ itemId }) => !without.includes(itemId!))
      .map(({ pictureId }) => ({ pictureId, features: encodeViews([readRecorded(pictureId)]) })),
  );
  const facings = groups.flat().map((seen, index) => ({
    seen,
    box: { x: 0, y: 0, width: 10, height: 10, score: 0.9 - index / 100, label: null },
    embedding: Float32Array.of(1),
  }));
  let next = 0;
  const numbered = groups.map((group) => group.map(() => next++));
  const looked: number[] = [];
  const namings = await verifyFacings(facings, numbered, {
    verification: {
      ...{ shortlist: 20, perGroup: 2, acceptConfidence: 0.7, leastScore: 6 },
      ...{ scoreWeight: 3.31, cosineWeight: 3.31, noneLogit: 6.08 },
    },
    matching: { acceptConfidence: 0.7, temperature: 0.053, noneCosine: 0.3, alikeCosine: 0.85 },
    items: {
      ...{ key: 'task', version: '1', itemIds, pictureIds: itemIds.map((id) => [id]) },
      ...{ dims: 1, data: Float32Array.of(0.4, 0.4, 0.4, 0.4) },
    },
    features,
    scope: { jobId: 'job', model: 'local-features@1', guard: new JobClock(null) },
    topCandidates: 2,
    spreads,
    lookAhead: () => async (facing) => {
      looked.push(facing);
      return facings[facing]!.seen;
    },
  });
  return { looked, namings };
}

describe('alike facings', () => {
  test('are each looked at where one shows an item', async () => {
    const { looked, namings } = await verify([[mintTea, mintTea, mintTea]]);
    expect(looked).toEqual([0, 1, 2]);
    expect(namings.map(({ itemId }) => itemId)).toEqual(Array(3).fill('wimborel-mint-tea'));
  });

  test('are not looked at once the first one agrees with no item at all', async () => {
    const { looked, namings } = await verify([Array(4).fill(stranger)]);
    expect(looked).toEqual([0]);
    const [first, ...others] = namings;
    expect(first).toMatchObject({ itemId: null, matchedBy: null, candidates: [{}, {}] });
    expect(others).toEqual([0.89, 0.88, 0.87].map((confidence) => ({ ...first, confidence })));
  });

  test('are looked at if the first one agrees a little, and not if the second one agrees no better', async () => {
    const { looked, namings } = await verify([[unclear, mintTea, mintTea]]);
    expect(looked).toEqual([0, 1, 2]);
    expect(namings.map(({ itemId }) => itemId)).toEqual([null, 'wimborel-mint-tea', 'wimborel-mint-tea']);
    expect((await verify([[unclear, unclear, mintTea]])).looked).toEqual([0, 1]);
  });

  test('are looked at where an item has no features, by whose appearance they may be named', async () => {
    const { looked } = await verify([Array(3).fill(stranger)], { without: ['dunnaby-plum-jam'] });
    expect(looked).toEqual([0, 1, 2]);
  });

  test('take turns with other groups: first the first ones, then the second ones, then the rest', async () => {
    const { looked } = await verify([Array(4).fill(mintTea), [stranger, mintTea], Array(3).fill(mintTea)]);
    expect(looked).toEqual([0, 4, 6, 1, 7, 2, 3, 8]);
  });

  test('are not looked at once two have the same item, where names are given to neighbours', async () => {
    expect((await verify([Array(4).fill(mintTea)], { spreads: true })).looked).toEqual([0, 1]);
  });
});
