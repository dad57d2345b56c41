import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { seesShelfAlert } from '../analyses/narrowing-filter.ts';
import type { DB } from '../database/types.generated.ts';
import type { Narrowing } from '../shared/narrowing.ts';

export interface PlaceAlerts {
  placeId: string;
  /** Alerts that are RAISED. */
  raised: number;
}

/** How many alerts are RAISED at each of these places; places without one are left out. @param narrowing what the caller is limited to */
export async function countRaisedAt(
  db: Kysely<DB>,
  organizationId: string,
  placeIds: readonly string[],
  narrowing: Narrowing | null,
): Promise<PlaceAlerts[]> {
  const { rows } = await sql<PlaceAlerts>`
    select place_id as "placeId", count(*)::int as raised from shelf_alert
    where ${isRaised(organizationId, narrowing)} and place_id = any(${[...placeIds]}::text[])
    group by place_id`.execute(db);
  return rows;
}

/** A subquery: the ids of places where an alert is RAISED. */
export function raisedPlaces(organizationId: string, narrowing: Narrowing | null): RawBuilder<string> {
  return sql<string>`
    select shelf_alert.place_id from shelf_alert where ${isRaised(organizationId, narrowing)} and place_id is not null`;
}

function isRaised(organizationId: string, narrowing: Narrowing | null): RawBuilder<SqlBool> {
  return sql<SqlBool>`shelf_alert.organization_id = ${organizationId} and shelf_alert.status = 'RAISED' and ${seesShelfAlert(narrowing)}`;
}
