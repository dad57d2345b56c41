import { describe, expect, test } from 'vitest';
import {
  compareFacings,
  comparePositions,
  listDiffering,
  marksOf,
  type Position,
} from '../../../dashboard/src/places/differences.ts';

const item = (id: string) => ({ id, name: id.toUpperCase() });

describe('comparePositions', () => {
  const tea = (changes: Partial<Position>): Position => ({
    ...{ shelf: 0, position: 0, catalogItem: item('tea'), status: 'FOUND', visible: 4, found: 4 },
    ...{ analysis: { id: 'an_1' }, detections: [] },
    ...changes,
  });
  const judged = (...positions: Position[]) => [{ planogram: { id: 'plan' }, positions }];
  const changeBetween = (before: Partial<Position>, after: Partial<Position>) =>
    comparePositions(judged(tea(before)), judged(tea(after))).map(({ change }) => change);

  test('a position is worse, better, otherwise different or as before, as the score counts it', () => {
    expect(changeBetween({}, { status: 'MISSING', found: 0 })).toEqual(['WORSE']);
    expect(changeBetween({ status: 'TOO_FEW_FACINGS', found: 1 }, { status: 'TOO_FEW_FACINGS', found: 3 })).toEqual([
      'BETTER',
    ]);
    expect(changeBetween({}, { status: 'TOO_MANY_FACINGS', found: 5 })).toEqual(['WORSE']);
    expect(changeBetween({ status: 'MISSING', found: 0 }, { status: 'MISPLACED', found: 2 })).toEqual(['OTHER']);
    expect(changeBetween({}, {})).toEqual(['SAME']);
  });

  test('of what one of them does not show, nothing is known', () => {
    expect(changeBetween({ status: 'NOT_SEEN', visible: 0, found: 0 }, { status: 'MISSING', found: 0 })).toEqual([
      'UNKNOWN',
    ]);
    expect(changeBetween({}, { status: 'UNIDENTIFIED', found: 0 })).toEqual(['UNKNOWN']);
  });

  test('what became worse comes first; positions of one version only have nothing on the other side', () => {
    const before = judged(tea({}), tea({ position: 1, catalogItem: item('jam'), status: 'MISSING', found: 0 }));
    const after = judged(
      tea({ status: 'MISSING', found: 0 }),
      tea({ position: 1, catalogItem: item('oats') }),
      tea({ position: 2 }),
    );
    const changes = comparePositions(before, after);
    expect(changes.map(({ change }) => change)).toEqual(['WORSE', 'OTHER', 'OTHER', 'OTHER']);
    expect(changes.filter((change) => change.before === null)).toHaveLength(2);
    expect(changes.filter((change) => change.after === null)).toMatchObject([{ before: { catalogItem: item('jam') } }]);
  });
});

describe('what is outlined', () => {
  const box = { x: 0, y: 0, width: 0.1, height: 0.2 };
  const seen = (analysis: string, detection: string, changes: Partial<Position> = {}): Position => ({
    ...{ shelf: 0, position: 0, catalogItem: item('tea'), status: 'FOUND', visible: 4, found: 4 },
    ...{ analysis: { id: analysis }, detections: [{ id: detection, box }] },
    ...changes,
  });
  const judged = (...positions: Position[]) => [{ planogram: { id: 'plan' }, positions }];

  test('products of changed positions, in the picture that shows them', () => {
    const unchanged = { position: 1 };
    const changes = comparePositions(
      judged(seen('an_1', 'd_1'), seen('an_1', 'd_2', unchanged)),
      judged(seen('an_2', 'd_3', { status: 'WRONG_ITEM', found: 0 }), seen('an_2', 'd_4', unchanged)),
    );
    const differing = listDiffering(changes, true);
    expect([...marksOf(differing, 'before')]).toEqual([['an_1', [{ id: 'd_1', box, change: 'WORSE' }]]]);
    expect([...marksOf(differing, 'after')]).toEqual([['an_2', [{ id: 'd_3', box, change: 'WORSE' }]]]);
  });

  test('where there is nothing to compare with: what differs from the plan', () => {
    const positions = judged(
      seen('an_1', 'd_1'),
      seen('an_1', 'd_2', { position: 1, status: 'TOO_FEW_FACINGS', found: 2 }),
      seen('an_1', 'd_3', { position: 2, status: 'NOT_SEEN', visible: 0, found: 0 }),
    );
    const differing = listDiffering(comparePositions([], positions), false);
    expect([...marksOf(differing, 'after').values()].flat().map(({ id }) => id)).toEqual(['d_2']);
  });
});

describe('compareFacings', () => {
  const picture = (counts: Record<string, number>) => ({
    shares: Object.entries(counts).map(([id, facings]) => ({ catalogItem: id === '' ? null : item(id), facings })),
  });

  test('adds up the pictures, and leaves out what is as before', () => {
    const before = [picture({ tea: 2, jam: 3, oats: 1 }), picture({ tea: 2 })];
    expect(compareFacings(before, [picture({ tea: 4, jam: 1, '': 5 })])).toEqual([
      { item: null, before: 0, after: 5 },
      { item: item('jam'), before: 3, after: 1 },
      { item: item('oats'), before: 1, after: 0 },
    ]);
  });

  test('is not known while a picture has no shares', () => {
    expect(compareFacings([picture({ tea: 1 })], [{ shares: null }])).toBeNull();
  });
});
