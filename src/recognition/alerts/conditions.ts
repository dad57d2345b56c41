import type { JudgedPosition, PositionStatus } from '../compliance/compliance.ts';
import type { Money } from '../prices/money.ts';
import { type ItemPrice, isSamePrice } from './item-prices.ts';

/** What a task wants to be told of its shelves. An absent rule does not apply. */
export interface AlertRules {
  /** 0..1 */
  complianceBelow?: number;
  /** 0..1 */
  gapShareAbove?: number;
  itemMissing?: true;
  /** What tags should say of items. */
  pricesDifferFrom?: readonly ItemPrice[];
}

export const alertKinds = ['COMPLIANCE_BELOW', 'ITEM_MISSING', 'GAP_SHARE_ABOVE', 'PRICE_DIFFERS'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** What is known of a shelf. */
export interface ShelfFindings {
  /** null: no planogram counts for it. */
  compliance: { score: number | null; positions: readonly JudgedPosition[] } | null;
  /** 0..1; null: gaps were not looked for, or there is no shelf. */
  gapShare: number | null;
  /** Those that were read. */
  prices: readonly ItemPrice[];
}

/** What holds for a shelf. */
export interface Condition {
  kind: AlertKind;
  /** ITEM_MISSING, PRICE_DIFFERS */
  itemId: string | null;
  isRaised: boolean;
  /** The score or the share. */
  value: number | null;
  /** PRICE_DIFFERS: what a tag says. */
  price: Money | null;
}

/** Everything about which the findings say something. What they do not show raises nothing and clears nothing, so it is left out. */
export function findConditions(rules: AlertRules, { compliance, gapShare, prices }: ShelfFindings): Condition[] {
  const score = compliance?.score ?? null;
  const { complianceBelow, gapShareAbove, itemMissing, pricesDifferFrom } = rules;
  const none = { itemId: null, price: null };
  const conditions: Condition[] = [];
  if (complianceBelow !== undefined && score !== null)
    conditions.push({ kind: 'COMPLIANCE_BELOW', isRaised: score < complianceBelow, value: score, ...none });
  if (gapShareAbove !== undefined && gapShare !== null)
    conditions.push({ kind: 'GAP_SHARE_ABOVE', isRaised: gapShare > gapShareAbove, value: gapShare, ...none });
  if (itemMissing && compliance) conditions.push(...findMissing(compliance.positions));
  if (pricesDifferFrom) conditions.push(...findDifferences(pricesDifferFrom, prices));
  return conditions;
}

function findMissing(all: readonly JudgedPosition[]): Condition[] {
  return [...Map.groupBy(all, ({ itemId }) => itemId)].flatMap(([itemId, positions]) => {
    const isRaised = isMissing(positions.map(({ status }) => status));
    return isRaised === null ? [] : [{ kind: 'ITEM_MISSING', itemId, isRaised, value: null, price: null }];
  });
}

/** Of an item with several tags, one that differs is enough. */
function findDifferences(expected: readonly ItemPrice[], prices: readonly ItemPrice[]): Condition[] {
  return expected.flatMap(({ itemId, price }) => {
    const read = prices.filter((one) => one.itemId === itemId);
    const different = read.find((one) => !isSamePrice(one.price, price));
    const shown = different ?? read[0];
    if (!shown) return [];
    return [{ kind: 'PRICE_DIFFERS', itemId, isRaised: different !== undefined, value: null, price: shown.price }];
  });
}

const isThere: ReadonlySet<PositionStatus> = new Set([
  'FOUND',
  'TOO_FEW_FACINGS',
  'TOO_MANY_FACINGS',
  'OUT_OF_ORDER',
  'MISPLACED',
]);
const isGone: ReadonlySet<PositionStatus> = new Set(['MISSING', 'WRONG_ITEM']);

/** null: none of its places was seen well enough. */
function isMissing(statuses: readonly PositionStatus[]): boolean | null {
  if (statuses.some((status) => isThere.has(status))) return false;
  return statuses.some((status) => isGone.has(status)) ? true : null;
}
