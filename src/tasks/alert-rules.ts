import type { AlertRules } from '../recognition/alerts/conditions.ts';
import type { ValidationIssue } from '../user-error.ts';
import type { TaskRow } from './tasks.repository.ts';

/** The rules as a client sends them: absent and null are the same. */
export interface GivenAlertRules {
  complianceBelow?: number | null;
  gapShareAbove?: number | null;
  itemMissing?: boolean | null;
}

/** What is wrong with rules for a task of this kind. */
export function checkAlertRules(
  given: GivenAlertRules,
  { type, findGaps }: { type: TaskRow['type']; findGaps: boolean },
): ValidationIssue[] {
  const issue = (message: string, ...field: string[]): ValidationIssue => ({ path: ['alertRules', ...field], message });
  const rules = toAlertRules(given);
  if (Object.keys(rules).length > 0 && type !== 'DETECTION')
    return [issue(`A ${type} task finds no products, so it has no shelf alerts. Omit it.`)];
  const issues = (['complianceBelow', 'gapShareAbove'] as const).flatMap((name) => {
    const value = rules[name];
    return value === undefined || (value >= 0 && value <= 1) ? [] : [issue(`It is ${value}; expected 0 to 1.`, name)];
  });
  if (rules.gapShareAbove !== undefined && !findGaps)
    issues.push(issue('The task does not look for gaps. Set findGaps as well.', 'gapShareAbove'));
  return issues;
}

/** As they are stored. */
export function toAlertRules({ complianceBelow, gapShareAbove, itemMissing }: GivenAlertRules): AlertRules {
  return {
    ...(complianceBelow != null && { complianceBelow }),
    ...(gapShareAbove != null && { gapShareAbove }),
    ...(itemMissing && { itemMissing }),
  };
}
