import { describe, expect, test } from 'vitest';
import { type AlertRules, findConditions, type ShelfFindings } from '../../../src/recognition/alerts/conditions.ts';
import { isSamePrice, pricesOf } from '../../../src/recognition/alerts/item-prices.ts';
import type { JudgedPosition, PositionStatus } from '../../../src/recognition/compliance/compliance.ts';
import type { PriceTag } from '../../../src/recognition/prices/price-tag.ts';

const all: AlertRules = { complianceBelow: 0.8, gapShareAbove: 0.2, itemMissing: true };

const nothing: ShelfFindings = { compliance: null, gapShare: null, prices: [] };

function positionsOf(...statuses: [itemId: string, status: PositionStatus][]): JudgedPosition[] {
  return statuses.map(([itemId, status], position) => ({
    ...{ shelf: 0, position, itemId, status },
    ...{ planned: 1, visible: 1, found: 0, detections: [] },
  }));
}

test('nothing holds without rules', () => {
  const compliance = { score: 0, positions: positionsOf(['tea', 'MISSING']) };
  expect(findConditions({}, { ...nothing, compliance, gapShare: 1 })).toEqual([]);
});

test('limits are exclusive, so that 100 % and nothing can be asked for', () => {
  const at = (score: number, gapShare: number) =>
    findConditions(all, { ...nothing, compliance: { score, positions: [] }, gapShare }).map(({ isRaised }) => isRaised);
  expect(at(0.8, 0.2)).toEqual([false, false]);
  expect(at(0.79, 0.21)).toEqual([true, true]);
});

test('what was not looked at raises nothing and clears nothing', () => {
  expect(findConditions(all, nothing)).toEqual([]);
  const nothingSeen = { score: null, positions: positionsOf(['tea', 'NOT_SEEN'], ['jam', 'UNIDENTIFIED']) };
  expect(findConditions(all, { ...nothing, compliance: nothingSeen })).toEqual([]);
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
    const conditions = findConditions({ itemMissing: true }, { ...nothing, compliance: { score: 1, positions } });
    expect(conditions).toEqual(
      expected === null ? [] : [{ kind: 'ITEM_MISSING', itemId: 'tea', isRaised: expected, value: null, price: null }],
    );
  });
});

describe('a price', () => {
  const euro = (amount: string) => ({ amount, currency: 'EUR' });

  test.each([
    ['1.50', 'EUR', '1.5', 'EUR', true],
    ['01', null, '1.00', 'EUR', true],
    ['10', 'EUR', '1', 'EUR', false],
    ['0.30', null, '0.3000000000000000001', null, false],
    ['2.00', 'EUR', '2.00', 'CHF', false],
  ])('of %s %s is that of %s %s: %s', (amount, currency, other, otherCurrency, expected) => {
    const [a, b] = [
      { amount, currency },
      { amount: other, currency: otherCurrency },
    ];
    expect([isSamePrice(a, b), isSamePrice(b, a)]).toEqual([expected, expected]);
  });

  test('differs if one of the tags of the item says so; without a tag that was read, nothing is known', () => {
    const rules = { pricesDifferFrom: ['tea', 'jam', 'soda'].map((itemId) => ({ itemId, price: euro('1.99') })) };
    const prices = [
      { itemId: 'tea', price: euro('1.99') },
      { itemId: 'tea', price: euro('2.49') },
      { itemId: 'jam', price: euro('1.99') },
      { itemId: 'oats', price: euro('9.99') },
    ];
    const common = { kind: 'PRICE_DIFFERS', value: null };
    expect(findConditions(rules, { ...nothing, prices })).toEqual([
      { ...common, itemId: 'tea', isRaised: true, price: euro('2.49') },
      { ...common, itemId: 'jam', isRaised: false, price: euro('1.99') },
    ]);
  });

  test('is that of the item above the tag, if there is one item only and the price is that of one piece', () => {
    const tag = (detections: number[], rest: Partial<PriceTag> = {}): PriceTag => ({
      ...{ box: [0, 0, 10, 10], price: euro('1.99'), pieces: 1, unitPrice: null, name: null, gtin: null },
      ...{ detections, ...rest },
    });
    const items = ['tea', 'tea', null, 'jam'];
    const tags = [tag([0, 1, 2]), tag([2, 3]), tag([1, 3]), tag([]), tag([2]), tag([3], { pieces: 2 })];
    expect(pricesOf([...tags, tag([3], { price: null })], items)).toEqual([
      { itemId: 'tea', price: euro('1.99') },
      { itemId: 'jam', price: euro('1.99') },
    ]);
  });
});
