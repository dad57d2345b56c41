import { describe, expect, test } from 'vitest';
import {
  findConfusions,
  measureReliability,
  type NamedBox,
  proposeAcceptConfidence,
  scoreNaming,
} from '../../../../src/recognition/evaluation/naming-scores.ts';

/** `truth`: an item, `?` a product of no catalogue, `-` no product. Named so when `probability` is at least 0.6. */
function box(truth: string, likeliest: string | null, probability = 0.8): NamedBox {
  return {
    truth: truth === '?' ? { kind: 'foreign' } : truth === '-' ? { kind: 'nothing' } : { kind: 'item', item: truth },
    named: likeliest !== null && probability >= 0.6 ? likeliest : null,
    likeliest: likeliest === null ? null : { item: likeliest, probability },
  };
}

describe('naming', () => {
  test('is right, wrong or open, of items, of other products and where nothing is', () => {
    const boxes = [
      ...[box('tea', 'tea'), box('tea', 'tea', 0.5), box('tea', 'jam'), box('jam', 'tea', 0.3), box('jam', 'jam')],
      ...[box('?', 'tea'), box('?', 'tea', 0.1), box('?', 'jam', 0.2), box('-', 'jam', 0.2)],
    ];
    expect(scoreNaming(boxes)).toEqual({
      items: { right: 2, wrong: 1, open: 2 },
      foreign: { named: 1, open: 2 },
      nothing: { named: 0, open: 1 },
      rightOfNamed: 2 / 4,
      coverage: 3 / 5,
      likeliestRight: 3 / 5,
    });
  });

  test('of nothing has no shares', () => {
    expect(scoreNaming([])).toMatchObject({ rightOfNamed: null, coverage: null, likeliestRight: null });
    expect(scoreNaming([box('tea', null)])).toMatchObject({ items: { open: 1 }, rightOfNamed: null, coverage: 0 });
  });
});

test('confusions come with the named ones first, other products only where they are named', () => {
  const boxes = [
    ...[box('tea', 'jam', 0.4), box('tea', 'jam', 0.5), box('tea', 'jam', 0.2)],
    ...[box('jam', 'tea'), box('jam', 'jam'), box('?', 'tea'), box('?', 'jam', 0.3), box('-', 'tea', 0.9)],
  ];
  const all = [
    { truth: null, takenFor: 'tea', boxes: 2, named: 2 },
    { truth: 'jam', takenFor: 'tea', boxes: 1, named: 1 },
    { truth: 'tea', takenFor: 'jam', boxes: 3, named: 0 },
  ];
  expect(findConfusions(boxes, 10)).toEqual(all);
  expect(findConfusions(boxes, 1)).toEqual(all.slice(0, 1));
});

test('probabilities are compared with what came true, each range by itself', () => {
  const boxes = [box('tea', 'tea', 0.95), box('tea', 'jam', 0.95), box('?', 'tea', 0.32), box('tea', 'tea', 1)];
  const { ranges, error } = measureReliability([...boxes, box('tea', null)]);
  expect(ranges).toHaveLength(10);
  expect(ranges[9]).toEqual({ from: 0.9, to: 1, boxes: 3, said: expect.closeTo(2.9 / 3, 9), right: 2 / 3 });
  expect(ranges[3]).toMatchObject({ boxes: 1, said: 0.32, right: 0 });
  expect(ranges[0]).toEqual({ from: 0, to: 0.1, boxes: 0, said: null, right: null });
  expect(error).toBeCloseTo((0.9 + 0.32) / 4, 9);
  expect(measureReliability([]).error).toBeNull();
});

describe('the probability to name from', () => {
  const boxes = [
    ...[box('tea', 'tea', 0.9), box('tea', 'tea', 0.8), box('?', 'tea', 0.7), box('jam', 'jam', 0.6)],
    ...[box('jam', 'jam', 0.5), box('jam', 'tea', 0.4), box('jam', null)],
  ];
  test.each([
    [1, { acceptConfidence: 0.8, named: 2, right: 2, coverage: 2 / 6 }],
    // One wrong further up does not end the search: 4 of 5 are right down to 0.5.
    [0.8, { acceptConfidence: 0.5, named: 5, right: 4, coverage: 4 / 6 }],
    [0.5, { acceptConfidence: 0.4, named: 6, right: 4, coverage: 5 / 6 }],
  ])('so that %d are right', (wanted, expected) => {
    expect(proposeAcceptConfidence(boxes, wanted, 0.6)).toEqual(expected);
  });

  test('is none where the surest is wrong already, or nothing is compared', () => {
    expect(proposeAcceptConfidence([box('tea', 'jam')], 0.99, 0.6)).toBeNull();
    expect(proposeAcceptConfidence([box('tea', null)], 0.99, 0.6)).toBeNull();
  });

  test('takes equal chances together', () => {
    expect(proposeAcceptConfidence([box('tea', 'tea', 0.7), box('tea', 'jam', 0.7)], 0.99, 0.6)).toBeNull();
  });

  test('leaves out what another rule than the probability held back', () => {
    const held = { ...box('?', 'jam', 0.95), named: null };
    const proposal = { acceptConfidence: 0.8, named: 1, right: 1, coverage: 1 };
    expect(proposeAcceptConfidence([held, box('tea', 'tea', 0.8)], 0.99, 0.7)).toEqual(proposal);
  });
});
