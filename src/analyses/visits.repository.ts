import { type Selectable, sql, type Transaction } from 'kysely';
import type { DB, Visit } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { OutOfOrderError, writtenLater } from '../events/order.ts';
import { newId } from '../ids.ts';

type VisitStatus = Selectable<Visit>['status'];

/** A visit of more places has no list of them, so that neither its row nor its events grow without a limit. */
export const maxListedPlaces = 100;

/** What is submitted for a visit. */
interface Submitted {
  /** The client's own id; null: it belongs to none. */
  visitId: string | null;
  placeId: string | null;
}

/**
 * Notes that images or videos were submitted for visits, with the events of the visits: those that are new begin, and those that were
 * closed are open again, since field uploads come late.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function noteVisits(
  trx: Transaction<DB>,
  organizationId: string,
  submitted: readonly Submitted[],
): Promise<void> {
  const placesOf = groupPlaces(submitted);
  if (placesOf.size === 0) return;
  const visitIds = [...placesOf.keys()];
  const begun = await insertVisits(trx, organizationId, visitIds);
  const locked = await lockVisits(trx, organizationId, visitIds);
  // Fewer: one that was empty has been removed meanwhile, and begins again.
  const isLate = locked.some(({ id, written_later }) => written_later && !begun.has(id));
  if (isLate || locked.length < visitIds.length) throw new OutOfOrderError('visit');
  const open = locked.map((visit) => ({
    ...visit,
    place_ids: addPlaces(visit.place_ids, placesOf.get(visit.visit_id)!),
  }));
  await sql`
    update visit set status = 'OPEN', active_at = now(), closed_at = null, place_ids = open.place_ids
    from json_to_recordset(${JSON.stringify(open)}::json) as open(id uuid, place_ids text[])
    where visit.organization_id = ${organizationId} and visit.id = open.id`.execute(trx);
  await appendVisitEvents(
    trx,
    organizationId,
    open.map(({ status, ...visit }) => ({
      ...visit,
      status: 'OPEN',
      previousStatus: begun.has(visit.id) ? null : status,
    })),
  );
}

/** In one order, so that two submissions do not wait for each other. */
function groupPlaces(submitted: readonly Submitted[]): Map<string, string[]> {
  const byVisit = Map.groupBy(submitted, ({ visitId }) => visitId);
  byVisit.delete(null);
  return new Map(
    [...(byVisit as Map<string, Submitted[]>)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([visitId, members]) => [visitId, members.flatMap(({ placeId }) => placeId ?? [])]),
  );
}

/** @returns the ids of those that did not exist */
async function insertVisits(trx: Transaction<DB>, organizationId: string, visitIds: string[]): Promise<Set<string>> {
  const ids = visitIds.map(() => newId());
  const { rows } = await sql<{ id: string }>`
    insert into visit (id, organization_id, visit_id)
    select id, ${organizationId}, visit_id from unnest(${ids}::uuid[], ${visitIds}::text[]) as named(id, visit_id)
    on conflict (organization_id, visit_id) do nothing returning id`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

async function lockVisits(trx: Transaction<DB>, organizationId: string, visitIds: string[]) {
  type Locked = Pick<Selectable<Visit>, 'id' | 'visit_id' | 'status' | 'place_ids'> & { written_later: boolean };
  const { rows } = await sql<Locked>`
    select id, visit_id, status, place_ids, ${writtenLater('visit')} as written_later from visit
    where organization_id = ${organizationId} and visit_id = any(${visitIds}::text[])
    order by visit_id for update`.execute(trx);
  return rows;
}

function addPlaces(known: string[] | null, added: readonly string[]): string[] | null {
  if (known === null) return null;
  const all = new Set([...known, ...added]);
  return all.size > maxListedPlaces ? null : [...all];
}

export type ChangedVisit = Pick<Selectable<Visit>, 'id' | 'visit_id' | 'status' | 'place_ids'> & {
  /** null: it is new. */
  previousStatus: VisitStatus | null;
};

/** After a change of these visits. */
export async function appendVisitEvents(
  trx: Transaction<DB>,
  organizationId: string,
  visits: readonly ChangedVisit[],
): Promise<void> {
  await appendEvents(
    trx,
    visits.map(({ id, visit_id, status, place_ids, previousStatus }) => ({
      organizationId,
      kind: 'VISIT',
      entityId: id,
      state: { status, previousStatus, visitId: visit_id, placeIds: place_ids },
    })),
  );
}
