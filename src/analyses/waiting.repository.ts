import { sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import { openStatuses } from './life.ts';

/** An analysis that waits for the bytes of its picture. */
export interface WaitingAnalysis {
  id: string;
  /** AWAITING_UPLOAD: for the client. QUEUED: for a download. */
  status: 'AWAITING_UPLOAD' | 'QUEUED';
  priority: number;
}

/**
 * The analyses that wait for an image, locked in the order of ids, as by every writer. Lock the image first, so that no further one
 * is added.
 * @throws OutOfOrderError, see events/order.ts
 */
export async function lockWaiting(
  trx: Transaction<DB>,
  organizationId: string,
  imageId: string,
): Promise<WaitingAnalysis[]> {
  const rows = await trx
    .selectFrom('analysis')
    .select(['id', 'status', 'priority', writtenLater('analysis').as('written_later')])
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', imageId)
    .where((eb) =>
      eb.or([
        eb('status', '=', 'AWAITING_UPLOAD'),
        eb.and([eb('status', '=', 'QUEUED'), eb('waits_for_image', '=', true)]),
      ]),
    )
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.some((row) => row.written_later)) throw new OutOfOrderError('analysis');
  return rows.map(({ id, status, priority }) => ({ id, status: status as WaitingAnalysis['status'], priority }));
}

/** The analyses of an image that have not ended, locked as above; lock the image first. @throws OutOfOrderError */
export async function lockOpen(trx: Transaction<DB>, organizationId: string, imageId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('analysis')
    .select(['id', writtenLater('analysis').as('written_later')])
    .where('organization_id', '=', organizationId)
    .where('image_id', '=', imageId)
    .where('status', 'in', openStatuses)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.some((row) => row.written_later)) throw new OutOfOrderError('analysis');
  return rows.map(({ id }) => id);
}

/** Lets workers claim analyses that waited for a download. Their status stays QUEUED, so there is no event. */
export async function letClaim(trx: Transaction<DB>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('analysis')
    .set({ waits_for_image: false })
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .execute();
}
