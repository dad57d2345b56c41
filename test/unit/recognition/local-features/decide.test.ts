import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideNaming, fuseChances, type Shortlisted } from '../../../../src/recognition/local-features/decide.ts';

const rule = { acceptConfidence: 0.8, leastScore: 8, scoreWeight: 3.5, cosineWeight: 3.5, noneLogit: 6 };
const appearance = { acceptConfidence: 0.6, temperature: 0.05, noneCosine: 0.1 };
const itemIds = ['tea', 'sister tea', 'soda', 'soap'];

function decide(similar: number[], scores: (number | null)[], topCandidates = 3) {
  const shortlist = scores.map((score, index) => ({ index, verification: score === null ? null : seen(score) }));
  return decideNaming(Float32Array.from(similar), itemIds, shortlist, 0.7, rule, appearance, topCandidates);
}

function seen(score: number) {
  return { score, inliers: Math.ceil(score * 1.4) };
}

describe('naming by details and appearance', () => {
  test('names the item whose details agree, though another looks more alike', () => {
    const naming = decide([0.3, 0.5, 0.2, 0.1], [25, 3, 1, 0]);
    expect(naming).toMatchObject({ itemId: 'tea', matchedBy: 'VERIFIED' });
    expect(naming.confidence).toBeGreaterThan(0.95);
    expect(naming.candidates[0]).toEqual({ itemId: 'tea', confidence: naming.confidence });
  });

  test('leaves two sisters open that agree about as well, and lists both', () => {
    const naming = decide([0.5, 0.5, 0.2, 0.1], [20, 18, 1, 0]);
    expect(naming).toMatchObject({ itemId: null, matchedBy: null, confidence: 0.7 });
    expect(naming.candidates.slice(0, 2).map(({ itemId }) => itemId)).toEqual(['tea', 'sister tea']);
  });

  test('leaves open what only looks alike: no cosine stands in for details that were looked for in vain', () => {
    expect(decide([0.99, 0.1, 0.1, 0], [1, 0, 0, 0])).toMatchObject({ itemId: null, matchedBy: null });
    const trusting = { ...rule, noneLogit: -100 };
    const shortlist = [{ index: 0, verification: seen(0) }];
    const naming = decideNaming(Float32Array.from([0.99]), ['tea'], shortlist, 0.7, trusting, appearance, 1);
    expect(naming.itemId).toBeNull();
  });

  test('leaves open what few details speak for, even when nothing speaks for another', () => {
    const naming = decide([0.5, 0.1, 0.1, 0], [7.9, 0, 0, 0]);
    expect(naming.candidates[0]!.confidence).toBeGreaterThan(rule.acceptConfidence);
    expect(naming).toMatchObject({ itemId: null, matchedBy: null });
    expect(decide([0.5, 0.1, 0.1, 0], [8, 0, 0, 0]).itemId).toBe('tea');
  });

  test('names an item without features by its appearance, with the chance that appearance gives', () => {
    const naming = decide([0.9, 0.1, 0.1, 0], [null, 1, 1, 0], 2);
    expect(naming).toMatchObject({ itemId: 'tea', matchedBy: 'APPEARANCE' });
    expect(naming.confidence).toBeGreaterThan(0.99);
    expect(naming.candidates.map(({ itemId }) => itemId)[0]).toBe('tea');
    expect(naming.candidates).toHaveLength(2);
    expect(new Set(naming.candidates.map(({ itemId }) => itemId)).size).toBe(2);
  });

  test('prefers details that agree to the appearance of an item without features', () => {
    expect(decide([0.9, 0.3, 0.1, 0], [null, 30, 1, 0])).toMatchObject({ itemId: 'sister tea', matchedBy: 'VERIFIED' });
  });

  test('names no item that agrees less with the crop than a counter-example does', () => {
    const against = (score: number | null, cosine = 0.5, itemsBefore: string | null = null) => {
      const shortlist = [25, 3, 1, 0].map((each, index) => ({ index, verification: seen(each) }));
      const counterExample = { itemsBefore, cosine, verification: score === null ? null : seen(score) };
      const similar = Float32Array.from([0.5, 0.3, 0.2, 0.1]);
      return decideNaming(similar, itemIds, shortlist, 0.7, rule, appearance, 2, [counterExample]);
    };
    expect(against(3)).toMatchObject({ itemId: 'tea', matchedBy: 'VERIFIED' });
    expect(against(40)).toMatchObject({ itemId: null, matchedBy: null, confidence: 0.7 });
    expect(against(40).candidates[0]!.itemId).toBe('tea');
    expect(against(24)).toMatchObject({ itemId: null });
    // Its appearance alone says little about details that agree, and one from before the item says nothing.
    expect(against(null, 0.9).itemId).toBe('tea');
    expect(against(40, 0.5, 'soda').itemId).toBe('tea');
    const trusting = { ...rule, acceptConfidence: 0 };
    const shortlist = [{ index: 0, verification: seen(25) }];
    const beaten = [{ itemsBefore: null, cosine: 0.5, verification: seen(26) }];
    const similar = Float32Array.from([0.5]);
    expect(decideNaming(similar, ['tea'], shortlist, 0.7, trusting, appearance, 1, beaten).itemId).toBeNull();
  });

  test('names by details in a catalogue of thousands as it does in a small one', () => {
    const similar = new Float32Array(5000).fill(0.5);
    const ids = Array.from(similar, (_, index) => `item ${index}`);
    const shortlist = [4321, 17].map((index, place) => ({ index, verification: seen(place === 0 ? 25 : 2) }));
    const naming = decideNaming(similar, ids, shortlist, 0.7, rule, appearance, 5);
    expect(naming).toMatchObject({ itemId: 'item 4321', matchedBy: 'VERIFIED' });
    expect(naming.candidates.map(({ itemId }) => itemId)).toEqual(['item 4321', 'item 17']);
  });

  test('names nothing that it did not look at, but lists what looks alike', () => {
    const naming = decide([0.9, 0.1, 0.3, 0], [], 2);
    expect(naming).toMatchObject({ itemId: null, matchedBy: null, confidence: 0.7 });
    expect(naming.candidates.map(({ itemId }) => itemId)).toEqual(['tea', 'soda']);
  });

  test('leaves everything open without items, and lists no more than asked for', () => {
    expect(decideNaming(new Float32Array(), [], [], 0.7, rule, appearance, 5)).toEqual({
      itemId: null,
      confidence: 0.7,
      candidates: [],
      matchedBy: null,
    });
    expect(decide([0.3, 0.5, 0.2, 0.1], [25, 3, 1, 0], 0)).toMatchObject({ itemId: 'tea', candidates: [] });
  });
});

describe('chances', () => {
  const items = fc.array(
    fc.record({ cosine: fc.float({ min: -1, max: 1, noNaN: true }), score: fc.nat({ max: 150 }) }),
    {
      minLength: 1,
      maxLength: 40,
    },
  );

  test('lie between 0 and 1, sum to less than 1, and rise with an item’s own score while others fall', () => {
    fc.assert(
      fc.property(items, fc.nat(), (given, pick) => {
        const similar = Float32Array.from(given, ({ cosine }) => cosine);
        const shortlist: Shortlisted[] = given.map(({ score }, index) => ({ index, verification: seen(score) }));
        const chances = fuseChances(similar, shortlist, rule);
        expect(chances.reduce((total, chance) => total + chance, 0)).toBeLessThanOrEqual(1 + 1e-5);
        expect(chances.every((chance) => chance >= 0)).toBe(true);
        const raised = pick % given.length;
        const better = shortlist.map((each, index) =>
          index === raised ? { ...each, verification: seen(given[index]!.score + 5) } : each,
        );
        fuseChances(similar, better, rule).forEach((chance, index) => {
          if (index === raised) expect(chance).toBeGreaterThanOrEqual(chances[index]!);
          else expect(chance).toBeLessThanOrEqual(chances[index]!);
        });
      }),
    );
  });
});
