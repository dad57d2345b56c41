import { type Kysely, sql } from 'kysely';
import type { DateTimeRange } from '../../../src/database/filters.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import type { Position } from '../../../src/events/event.ts';
import type { GivenId } from '../../../src/given-id.ts';
import { periodDays } from './size.ts';
import { tasksOfOrganization } from './tenants.ts';

/** What the actions are about: rows of the largest organisation, most of them from the middle of the period. */
export interface Picked {
  organizationId: string;
  organizationIds: string[];
  /** With a quarter of the analyses. */
  taskId: string;
  /** With one in 200. */
  rareTaskId: string;
  itemId: string;
  placeId: string;
  visitId: string;
  /** Of one batch in the middle, in the order of its request. */
  analysisIds: string[];
  batchId: string;
  imageId: string;
  externalId: string;
  /** Six hours in the middle. */
  oldHours: Required<DateTimeRange>;
  /** Ten days from the middle on. */
  oldDays: Required<DateTimeRange>;
  /** Before the first event of the log. */
  oldestPosition: Position;
  /** A batch with the first events of the log. */
  oldestBatchId: string;
  oldestAnalysisId: string;
  /** After nearly all events. */
  latestPosition: Position;
  /** Of all organisations. */
  openVisits: number;
}

const hourMs = 3_600_000;

export async function pick(db: Kysely<DB>): Promise<Picked> {
  const organizations = await sql<{ id: string; tasks: string[]; items: string[] }>`
    select id, tasks, items from scale.organization order by number`.execute(db);
  const { id: organizationId, tasks, items } = organizations.rows[0]!;
  const middle = new Date(Date.now() - (periodDays / 2) * 24 * hourMs);
  const batches = await sql<{ id: string }>`
    select id from batch where organization_id = ${organizationId} and task_id = ${tasks[0]!} and created_at >= ${middle}
    order by created_at limit 1`.execute(db);
  const batchId = batches.rows[0]!.id;
  const analyses = await sql<{ id: string; image_id: string; external_id: string; place_id: string }>`
    select a.id, a.image_id, a.external_id, a.place_id from batch_analysis m join analysis a on a.id = m.analysis_id
    where m.batch_id = ${batchId} order by m.position`.execute(db);
  const [analysis] = analyses.rows as [(typeof analyses.rows)[number]];
  const visits = await sql<{ visit_id: string }>`
    select visit_id from visit where organization_id = ${organizationId} and created_at >= ${middle} order by id limit 1`.execute(
    db,
  );
  const events = await sql<Position & { entityId: string; batchId: string }>`
    select xid::text, id::text, entity_id as "entityId", batch_ids[1] as "batchId" from event
    where organization_id = ${organizationId} and kind = 'ANALYSIS' order by event.xid, event.id limit 1`.execute(db);
  const latest = await sql<Position>`
    select xid::text, id::text from event order by event.xid desc, event.id desc offset 2000 limit 1`.execute(db);
  const open = await sql<{ count: number }>`
    select count(*)::int as count from visit where status <> 'CLOSED'`.execute(db);
  return {
    organizationId,
    organizationIds: organizations.rows.map(({ id }) => id),
    taskId: tasks[0]!,
    rareTaskId: tasks[tasksOfOrganization - 1]!,
    itemId: items[2]!,
    placeId: analysis.place_id,
    visitId: visits.rows[0]!.visit_id,
    analysisIds: analyses.rows.map(({ id }) => id),
    batchId,
    imageId: analysis.image_id,
    externalId: analysis.external_id,
    oldHours: { from: middle, to: new Date(middle.getTime() + 6 * hourMs) },
    oldDays: { from: new Date(middle.getTime() - 240 * hourMs), to: middle },
    oldestPosition: { xid: '0', id: '0' },
    oldestBatchId: events.rows[0]!.batchId,
    oldestAnalysisId: events.rows[0]!.entityId,
    latestPosition: latest.rows[0]!,
    openVisits: open.rows[0]!.count,
  };
}

/** An id as it comes from a client. */
export function given(uuid: string): GivenId {
  return { text: uuid, uuid };
}
