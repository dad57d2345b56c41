import { describe, expect, test } from 'vitest';
import { type AlertRules, findConditions } from '../../../src/recognition/alerts/conditions.ts';
import type { JudgedPosition, PositionStatus } from '../../../src/recognition/compliance/compliance.ts';

const all: AlertRules = { complianceBelow: 0.8, gapShareAbove: 0.2, itemMissing: true };

function positionsOf(...statuses: [itemId: string, status: PositionStatus][]): JudgedPosition[] {
  return statuses.map(([itemId, status], position) => ({
    ...{ shelf: 0, position, itemId, status },
    ...{ planned: 1, visible: 1, found: 0, detections: [] },
  }));
}

test('nothing holds without rules', () => {
  const compliance = { score: 0, positions: positionsOf(['tea', 'MISSING']) };
  expect(findConditions({}, { compliance, gapShare: 1 })).toEqual([]);
});

test('limits are exclusive, so that 100 % and nothing can be asked for', () => {
  const at = (score: number, gapShare: number) =>
    findConditions(all, { compliance: { score, positions: [] }, gapShare }).map(({ isRaised }) => isRaised);
  expect(at(0.8, 0.2)).toEqual([false, false]);
  expect(at(0.79, 0.21)).toEqual([true, true]);
});

test('what was not looked at raises nothing and clears nothing', () => {
  expect(findConditions(all, { compliance: null, gapShare: null })).toEqual([]);
  const nothingSeen = { score: null, positions: positionsOf(['tea', 'NOT_SEEN'], ['jam', 'UNIDENTIFIED']) };
  expect(findConditions(all, { compliance: nothingSeen, gapShare: null })).toEqual([]);
});

describe('an item is missing', () => {
  test.each<[boolean | null, PositionStatus[]]>([
    [true, ['MISSING']],
    [true, ['WRONG_ITEM', 'NOT_SEEN']],
    [false, ['MISSING', 'FOUND']],
    [false, ['TOO_FEW_FACINGS']],
    [false, ['MISPLACED', 'MISSING']],
    [null, ['NOT_SEEN', 'UNIDENTIFIED']],
  ])('%s, when its places are %j', (expected, statuses) => {
    const positions = positionsOf(...statuses.map((status) => ['tea', status] as [string, PositionStatus]));
    const conditions = findConditions({ itemMissing: true }, { compliance: { score: 1, positions }, gapShare: null });
    expect(conditions).toEqual(
      expected === null ? [] : [{ kind: 'ITEM_MISSING', itemId: 'tea', isRaised: expected, value: null }],
    );
  });
});
