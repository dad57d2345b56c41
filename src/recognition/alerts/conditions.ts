import type { JudgedPosition, PositionStatus } from '../compliance/compliance.ts';

/** What a task wants to be told of its shelves. An absent rule does not apply. */
export interface AlertRules {
  /** 0..1 */
  complianceBelow?: number;
  /** 0..1 */
  gapShareAbove?: number;
  itemMissing?: true;
}

export const alertKinds = ['COMPLIANCE_BELOW', 'ITEM_MISSING', 'GAP_SHARE_ABOVE'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** What is known of a shelf. */
export interface ShelfFindings {
  /** null: no planogram counts for it. */
  compliance: { score: number | null; positions: readonly JudgedPosition[] } | null;
  /** 0..1; null: gaps were not looked for, or there is no shelf. */
  gapShare: number | null;
}

/** What holds for a shelf. */
export interface Condition {
  kind: AlertKind;
  /** ITEM_MISSING */
  itemId: string | null;
  isRaised: boolean;
  /** The score or the share. */
  value: number | null;
}

/** Everything about which the findings say something. What they do not show raises nothing and clears nothing, so it is left out. */
export function findConditions(rules: AlertRules, { compliance, gapShare }: ShelfFindings): Condition[] {
  const conditions: Condition[] = [];
  const score = compliance?.score ?? null;
  if (rules.complianceBelow !== undefined && score !== null)
    conditions.push({ kind: 'COMPLIANCE_BELOW', itemId: null, isRaised: score < rules.complianceBelow, value: score });
  if (rules.gapShareAbove !== undefined && gapShare !== null)
    conditions.push({
      kind: 'GAP_SHARE_ABOVE',
      itemId: null,
      isRaised: gapShare > rules.gapShareAbove,
      value: gapShare,
    });
  if (!rules.itemMissing || compliance === null) return conditions;
  const byItem = Map.groupBy(compliance.positions, ({ itemId }) => itemId);
  for (const [itemId, positions] of byItem) {
    const isRaised = isMissing(positions.map(({ status }) => status));
    if (isRaised !== null) conditions.push({ kind: 'ITEM_MISSING', itemId, isRaised, value: null });
  }
  return conditions;
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
