import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Narrowing } from '../shared/narrowing.ts';
import { type EventKind, isPlaced, type LogEvent, placedKinds } from './event.ts';

/** Which events to read; an absent field does not restrict them. */
export interface EventFilter {
  organizationId: string;
  kind: EventKind;
  entityIds?: readonly string[] | undefined;
  batchId?: string | undefined;
  taskId?: string | undefined;
  /** Those of these tasks, at these places: what the caller is limited to. Only events of `placedKinds` say what it needs. */
  narrowing?: Narrowing | null | undefined;
}

/** The same conditions as the SQL, for events in memory. */
export function filterTest(filter: EventFilter): (event: LogEvent) => boolean {
  const { organizationId, kind, batchId, taskId } = filter;
  const entityIds = filter.entityIds === undefined ? null : new Set(filter.entityIds);
  const isSeen = filter.narrowing ? narrowingTest(filter.narrowing) : null;
  return (event) =>
    event.organizationId === organizationId &&
    event.kind === kind &&
    (entityIds === null || entityIds.has(event.entityId)) &&
    (batchId === undefined || event.batchIds.includes(batchId)) &&
    (taskId === undefined || event.taskId === taskId) &&
    (isSeen === null || isSeen(event));
}

function narrowingTest(narrowing: Narrowing): (event: LogEvent) => boolean {
  const taskIds = narrowing.taskIds && new Set(narrowing.taskIds);
  const placeIds = narrowing.placeIds && new Set(narrowing.placeIds);
  const has = (ids: ReadonlySet<string> | null, id: string | null | undefined) =>
    ids === null || (id != null && ids.has(id));
  return (event) =>
    isPlaced(event.kind) &&
    has(taskIds, event.taskId) &&
    has(placeIds, (event as LogEvent<(typeof placedKinds)[number]>).state.placeId);
}

function narrowingCondition(narrowing: Narrowing | null): RawBuilder<unknown> {
  if (narrowing === null) return sql``;
  const { taskIds, placeIds } = narrowing;
  return sql`and kind = any(${[...placedKinds]}::text[])
    ${taskIds === null ? sql`` : sql`and task_id = any(${[...taskIds]}::uuid[])`}
    ${placeIds === null ? sql`` : sql`and state ->> 'placeId' = any(${[...placeIds]}::text[])`}`;
}

/** ` and …`: organisation and kind are the first columns of the index that orders by position. */
export function narrow(filter: EventFilter | undefined): RawBuilder<unknown> {
  if (!filter) return sql``;
  const { organizationId, kind, entityIds, batchId, taskId, narrowing } = filter;
  return sql`and organization_id = ${organizationId} and kind = ${kind}
    ${entityIds === undefined ? sql`` : sql`and entity_id = any(${entityIds}::uuid[])`}
    ${batchId === undefined ? sql`` : sql`and ${isOfBatch(batchId)}`}
    ${taskId === undefined ? sql`` : sql`and task_id = ${taskId}`}
    ${narrowingCondition(narrowing ?? null)}`;
}

/** The places, or else the tasks, that the caller is limited to: an array, and the condition that an event is of `one.id` of them. */
export interface Apart {
  values: RawBuilder<unknown>;
  isOfOne: RawBuilder<SqlBool>;
}

/** Where nothing narrower is asked for, which has an index of its own; null: the caller is not limited so. */
export function readApart({ organizationId, kind, narrowing, taskId, batchId, entityIds }: EventFilter): Apart | null {
  if (!narrowing || batchId !== undefined || entityIds !== undefined) return null;
  const { taskIds, placeIds } = narrowing;
  if (placeIds !== null)
    return {
      values: sql`${[...new Set(placeIds)]}::text[]`,
      // The index has a hash, which few other places share.
      isOfOne: sql`(uuid_hash(event.organization_id) # hashtext(event.kind || (event.state ->> 'placeId')))
        = (uuid_hash(${organizationId}::uuid) # hashtext(${kind} || one.id)) and event.state ->> 'placeId' = one.id`,
    };
  if (taskIds === null || taskId !== undefined) return null;
  return { values: sql`${[...new Set(taskIds)]}::uuid[]`, isOfOne: sql`event.task_id = one.id` };
}

/** By one index for events of one batch, and by another one for the few of several. */
function isOfBatch(batchId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(batch_ids <> '{}' and batch_ids[1] = ${batchId}::uuid
    or cardinality(batch_ids) > 1 and batch_ids @> array[${batchId}::uuid])`;
}
