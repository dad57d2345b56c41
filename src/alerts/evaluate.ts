import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { newId } from '../ids.ts';
import {
  type AlertRules,
  type Condition,
  findConditions,
  type ShelfFindings,
} from '../recognition/alerts/conditions.ts';
import {
  type AlertScope,
  insertAlerts,
  listRaised,
  type ShelfAlertRow,
  type ShelfAlertStatus,
  takeTurn,
  updateAlert,
} from './alerts.repository.ts';

/** What is known of a shelf, and from which picture or visit. */
export interface Evaluation extends ShelfFindings, AlertScope {
  rules: AlertRules;
  /** When the picture was taken, or the latest one of the visit. */
  takenAt: Date;
  /** One of them is null. */
  analysisId: string | null;
  /** The client's own id. */
  visitId: string | null;
}

/**
 * Raises and clears the alerts of a task at a place, with their events. An alert is raised once, until it clears; what the findings do
 * not show clears nothing. A rule that the task has no longer clears its alerts.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function evaluateAlerts(trx: Transaction<DB>, evaluation: Evaluation): Promise<void> {
  // Without rules there is something to do only where a rule was removed.
  if (Object.keys(evaluation.rules).length === 0 && (await listRaised(trx, evaluation)).length === 0) return;
  if (!(await takeTurn(trx, evaluation, evaluation.takenAt))) return;
  const conditions = findConditions(evaluation.rules, evaluation);
  const raised = await listRaised(trx, evaluation);
  const evidenceOf = (condition: Condition | undefined) => ({
    analysis_id: evaluation.analysisId,
    visit_id: evaluation.visitId,
    value: condition?.value ?? null,
    price: condition?.price ? JSON.stringify(condition.price) : null,
    seen_at: evaluation.takenAt,
  });
  const isAbout = (alert: ShelfAlertRow) => (condition: Condition) =>
    condition.kind === alert.kind && condition.itemId === alert.catalog_item_id;
  const added = conditions
    .filter((condition) => condition.isRaised && !raised.some((alert) => isAbout(alert)(condition)))
    .map((condition) => ({
      id: newId(),
      organization_id: evaluation.organizationId,
      kind: condition.kind,
      task_id: evaluation.taskId,
      place_id: evaluation.placeId,
      catalog_item_id: condition.itemId,
      ...evidenceOf(condition),
    }));
  await insertAlerts(trx, added);
  const cleared: ShelfAlertRow[] = [];
  for (const alert of raised) {
    const condition = conditions.find(isAbout(alert));
    const isOver = condition ? !condition.isRaised : !hasRule(evaluation.rules, alert);
    if (!condition && !isOver) continue;
    await updateAlert(trx, alert, evidenceOf(condition), isOver ? 'CLEARED' : 'RAISED');
    if (isOver) cleared.push(alert);
  }
  await appendAlertEvents(trx, added, 'RAISED');
  await appendAlertEvents(trx, cleared, 'CLEARED');
}

function hasRule(rules: AlertRules, { kind, catalog_item_id }: ShelfAlertRow): boolean {
  switch (kind) {
    case 'COMPLIANCE_BELOW':
      return rules.complianceBelow !== undefined;
    case 'GAP_SHARE_ABOVE':
      return rules.gapShareAbove !== undefined;
    case 'ITEM_MISSING':
      return rules.itemMissing === true;
    case 'PRICE_DIFFERS':
      return rules.pricesDifferFrom?.some(({ itemId }) => itemId === catalog_item_id) ?? false;
  }
}

/** After a change of these alerts; CLEARED or RAISED is their status now. */
export async function appendAlertEvents(
  trx: Transaction<DB>,
  alerts: readonly Pick<ShelfAlertRow, 'id' | 'organization_id' | 'task_id' | 'place_id' | 'kind'>[],
  status: ShelfAlertStatus,
): Promise<void> {
  await appendEvents(
    trx,
    alerts.map((alert) => ({
      organizationId: alert.organization_id,
      kind: 'SHELF_ALERT',
      entityId: alert.id,
      taskId: alert.task_id,
      state: { status, alertKind: alert.kind, placeId: alert.place_id },
    })),
  );
}
