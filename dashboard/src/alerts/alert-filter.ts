import type { ShelfAlertEventFilter, ShelfAlertFilter, ShelfAlertKind } from '../graphql/schema-types.generated.ts';
import type { AlertFragment } from './alerts.generated.ts';

export const alertKinds: Record<ShelfAlertKind, string> = {
  ITEM_MISSING: 'Item missing',
  COMPLIANCE_BELOW: 'Compliance too low',
  GAP_SHARE_ABOVE: 'Too many gaps',
  PRICE_DIFFERS: 'Wrong price',
};

/** The names of the filters in the address. */
export type AlertFilterName = 'kind' | 'task' | 'acknowledged';

/** Open alerts as the address asks for them; what cannot be read is left out. */
export function readAlertFilter(params: URLSearchParams): ShelfAlertFilter {
  const kind = params.get('kind');
  const task = params.get('task');
  const acknowledged = params.get('acknowledged');
  return {
    statuses: ['RAISED'],
    ...(kind !== null && kind in alertKinds && { kinds: [kind as ShelfAlertKind] }),
    ...(task && { taskId: task }),
    ...((acknowledged === 'yes' || acknowledged === 'no') && { isAcknowledged: acknowledged === 'yes' }),
  };
}

/** What events know of a filter. */
export function eventFilterOf({ taskId, placeId, kinds }: ShelfAlertFilter): ShelfAlertEventFilter {
  return { taskId, placeId, kinds };
}

/** Whether an alert that has changed still belongs to the list. */
export function matches({ statuses, isAcknowledged }: ShelfAlertFilter, alert: AlertFragment): boolean {
  const isWanted = statuses == null || statuses.includes(alert.status);
  return isWanted && (isAcknowledged == null || (alert.acknowledgedAt !== null) === isAcknowledged);
}
