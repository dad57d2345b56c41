import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { CheckedShelf } from '../planograms/check-shelves.ts';
import { evaluateAlerts } from './evaluate.ts';

/**
 * Evaluates the alerts of results that are being written. Those of a visit are evaluated when it closes.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function evaluateResults(trx: Transaction<DB>, checked: readonly CheckedShelf[]): Promise<void> {
  const alone = checked.filter(({ check }) => check.visitId === null);
  // In one order, so that two workers do not wait for each other.
  const sorted = [...alone].sort((a, b) => (scopeOf(a) < scopeOf(b) ? -1 : 1));
  for (const { check, findings } of sorted) {
    const { organizationId, taskId, placeId, takenAt, analysisId, alertRules: rules } = check;
    const scope = { organizationId, taskId, placeId, takenAt };
    await evaluateAlerts(trx, { ...scope, ...findings, rules, analysisId, visitId: null });
  }
}

function scopeOf({ check: { organizationId, taskId, placeId } }: CheckedShelf): string {
  return JSON.stringify([organizationId, taskId, placeId]);
}
