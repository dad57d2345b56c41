import { inLogOrder } from '../events/order.ts';
import type { GivenId } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { NotFoundError } from '../user-error.ts';
import { markAcknowledged, type ShelfAlertRow } from './alerts.repository.ts';
import { appendAlertEvents } from './evaluate.ts';

/**
 * Notes that somebody takes care of alerts, each independently; the outcomes are in the order of the ids. One that was acknowledged
 * before stays as it was.
 * @param actor whom the session token stands for; null: nobody
 */
export async function acknowledgeAlerts(
  { db, hints }: Pick<Resources, 'db' | 'hints'>,
  organizationId: string,
  ids: readonly GivenId[],
  actor: string | null,
): Promise<(ShelfAlertRow | NotFoundError)[]> {
  const outcomes: (ShelfAlertRow | NotFoundError)[] = [];
  for (const { text, uuid } of ids) {
    const alert =
      uuid === null
        ? undefined
        : await inLogOrder(db, async (trx) => {
            const row = await markAcknowledged(trx, organizationId, uuid, actor);
            if (row?.isNew) await appendAlertEvents(trx, [row], row.status);
            return row;
          });
    outcomes.push(alert ?? new NotFoundError(text));
  }
  hints.eventsWritten();
  return outcomes;
}
