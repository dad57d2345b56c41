import type { AlertRulesInput } from '../graphql/schema-types.generated.ts';
import type { TaskRowFragment } from './tasks.generated.ts';

/** What the tags of an item should say. */
export interface ExpectedPrice {
  catalogItemId: string;
  /** A decimal number, as text. */
  amount: string;
  /** null: any. */
  currency: string | null;
}

/** When a task raises alerts, as its form holds it: shares are what was typed, in per cent. Empty: never. */
export interface AlertSettings {
  complianceBelow: string;
  gapShareAbove: string;
  itemMissing: boolean;
  prices: readonly ExpectedPrice[];
}

export function alertSettingsOf(task: TaskRowFragment | null): AlertSettings {
  const rules = task?.alertRules;
  return {
    complianceBelow: toPercent(rules?.complianceBelow ?? null),
    gapShareAbove: toPercent(rules?.gapShareAbove ?? null),
    itemMissing: rules?.itemMissing ?? false,
    prices: (rules?.pricesDifferFrom ?? []).map(({ catalogItem, price: { amount, currency } }) => ({
      catalogItemId: catalogItem.id,
      ...{ amount, currency },
    })),
  };
}

export function alertRulesOf({ complianceBelow, gapShareAbove, itemMissing, prices }: AlertSettings): AlertRulesInput {
  return {
    ...{ complianceBelow: toShare(complianceBelow), gapShareAbove: toShare(gapShareAbove), itemMissing },
    pricesDifferFrom: prices.map(({ catalogItemId, ...price }) => ({ catalogItemId, price })),
  };
}

function toPercent(share: number | null): string {
  // 0.07 × 100 is 7.000000000000001.
  return share === null ? '' : String(Number((share * 100).toFixed(6)));
}

function toShare(percent: string): number | null {
  return percent === '' ? null : Number(percent) / 100;
}
