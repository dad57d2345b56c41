import type { AlertRulesInput } from '../graphql/schema-types.generated.ts';
import type { TaskRowFragment } from './tasks.generated.ts';

/** When a task raises alerts, as its form holds it: shares are what was typed, in per cent. Empty: never. */
export interface AlertSettings {
  complianceBelow: string;
  gapShareAbove: string;
  itemMissing: boolean;
}

export function alertSettingsOf(task: TaskRowFragment | null): AlertSettings {
  const rules = task?.alertRules;
  return {
    complianceBelow: toPercent(rules?.complianceBelow ?? null),
    gapShareAbove: toPercent(rules?.gapShareAbove ?? null),
    itemMissing: rules?.itemMissing ?? false,
  };
}

export function alertRulesOf({ complianceBelow, gapShareAbove, itemMissing }: AlertSettings): AlertRulesInput {
  return { complianceBelow: toShare(complianceBelow), gapShareAbove: toShare(gapShareAbove), itemMissing };
}

function toPercent(share: number | null): string {
  // 0.07 × 100 is 7.000000000000001.
  return share === null ? '' : String(Number((share * 100).toFixed(6)));
}

function toShare(percent: string): number | null {
  return percent === '' ? null : Number(percent) / 100;
}
