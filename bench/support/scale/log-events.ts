import { type Kysely, sql, type Transaction } from 'kysely';
import type { DB } from '../../../src/database/types.generated.ts';
import { eventDays } from '../../../src/events/log.ts';

/** The whole days of the log before today. */
const daysBefore = eventDays - 1;
/** A batch reports its progress a few times a second; with one engine that is every few analyses. */
const progressEvents = 6;

/** Days that the log would have from when they were the present. */
export async function createPastPartitions(db: Kysely<DB>): Promise<void> {
  for (let day = 1; day <= daysBefore; day++) {
    const { rows } = await sql<{ name: string; from: string; to: string }>`
      select 'event_' || to_char(day, 'YYYYMMDD') as name, day || ' 00:00:00+00' as from, day + 1 || ' 00:00:00+00' as to
      from (select (now() at time zone 'utc')::date - ${day}::int as day) past`.execute(db);
    const [{ name, from, to }] = rows as [(typeof rows)[number]];
    await sql`create table ${sql.id(name)} partition of event for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(
      db,
    );
  }
}

/** What the batches of the scaffold have written to the log, those of days that it still has. */
export async function insertEvents(trx: Transaction<DB>): Promise<void> {
  const recent = sql`created_at >= (now() at time zone 'utc')::date - ${daysBefore}::int`;
  const analyses = sql`from scale.analysis made join scale.batch using (m)`;
  const state = (status: string, previous: string | null) => sql`jsonb_build_object(
    'status', ${sql.raw(status)}, 'previousStatus', ${sql.lit(previous)}::text, 'placeId', place_id, 'visitId', visit_id,
    'externalId', 'photo-' || m || '-' || position, 'imageId', made.image_id, 'confidence', null)`;
  await sql`
    insert into event (organization_id, kind, entity_id, task_id, batch_ids, state, created_at)
    select organization_id, kind, entity_id, task_id, batch_ids, state, created_at from (
      select organization_id, 'ANALYSIS' as kind, made.id as entity_id, task_id, array[batch.id] as batch_ids,
        ${state(`'QUEUED'`, null)} as state, created_at ${analyses}
      union all
      select organization_id, 'ANALYSIS', made.id, task_id, array[batch.id], ${state(`'RUNNING'`, 'QUEUED')},
        created_at + interval '20 s' ${analyses} where not is_open
      union all
      select organization_id, 'ANALYSIS', made.id, task_id, array[batch.id], ${state('made.status', 'RUNNING')},
        created_at + interval '25 s' ${analyses} where not is_open
      union all
      select organization_id, 'IMAGE', image.id, null, '{}', '{"status": "READY", "indexingStatus": "INDEXED"}', created_at
      from scale.image join scale.batch using (m)
      union all
      select organization_id, 'BATCH', id, task_id, '{}', jsonb_build_object('status', case step
        when 0 then 'PROCESSING' when ${progressEvents}::int then 'COMPLETED' else 'PARTIAL' end),
        created_at + step * interval '5 s'
      from scale.batch cross join generate_series(0, ${progressEvents}::int) step where step = 0 or not is_open
    ) happened where ${recent} and created_at < now()
    order by created_at`.execute(trx);
}
