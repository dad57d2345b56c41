import type { GivenId } from '../given-id.ts';
import type { AlertRules } from '../recognition/alerts/conditions.ts';
import type { ValidationIssue } from '../user-error.ts';
import { currencyFault, isCurrency } from './currency.ts';
import type { TaskRow } from './tasks.repository.ts';

/** The rules as a client sends them: absent and null are the same. */
export interface GivenAlertRules {
  complianceBelow?: number | null;
  gapShareAbove?: number | null;
  itemMissing?: boolean | null;
  pricesDifferFrom?: readonly { catalogItemId: GivenId; price: GivenMoney }[] | null;
}

interface GivenMoney {
  amount: string;
  /** ISO 4217 */
  currency?: string | null;
}

/** How many items a task can expect prices of. */
export const maxExpectedPrices = 1_000;

/** What is wrong with rules for a task of this kind. */
export function checkAlertRules(
  given: GivenAlertRules,
  { type, findGaps, readText }: { type: TaskRow['type']; findGaps: boolean; readText: boolean },
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
  if (rules.pricesDifferFrom && !readText)
    issues.push(issue('The task does not read text, where prices are. Set readText as well.', 'pricesDifferFrom'));
  return [
    ...issues,
    ...checkPrices(given.pricesDifferFrom ?? []).map(([message, ...at]) => issue(message, 'pricesDifferFrom', ...at)),
  ];
}

/** @returns messages, each with where it is in the list */
function checkPrices(given: NonNullable<GivenAlertRules['pricesDifferFrom']>): [message: string, ...at: string[]][] {
  if (given.length > maxExpectedPrices)
    return [[`It has ${given.length} entries; expected at most ${maxExpectedPrices}.`]];
  const seen = new Set<string>();
  return given.flatMap(({ catalogItemId: { text }, price: { amount, currency } }, index) => {
    const at = String(index);
    const isSecond = seen.has(text);
    seen.add(text);
    const faults: [string, ...string[]][] = [];
    if (isSecond) faults.push([`The item ${text} has two prices. Give one.`, at, 'catalogItemId']);
    if (!/^\d{1,12}(\.\d{1,4})?$/.test(amount))
      faults.push([
        `amount is "${amount.slice(0, 50)}"; expected a decimal number, for example 1.99.`,
        at,
        'price',
        'amount',
      ]);
    if (currency != null && !isCurrency(currency)) faults.push([currencyFault(currency), at, 'price', 'currency']);
    return faults;
  });
}

/** As they are stored. */
export function toAlertRules({
  complianceBelow,
  gapShareAbove,
  itemMissing,
  pricesDifferFrom,
}: GivenAlertRules): AlertRules {
  return {
    ...(complianceBelow != null && { complianceBelow }),
    ...(gapShareAbove != null && { gapShareAbove }),
    ...(itemMissing && { itemMissing }),
    ...(pricesDifferFrom?.length && {
      pricesDifferFrom: pricesDifferFrom.map(({ catalogItemId, price: { amount, currency } }) => ({
        // The service has found the item.
        itemId: catalogItemId.uuid!,
        price: { amount, currency: currency ?? null },
      })),
    }),
  };
}
