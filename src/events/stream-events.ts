import type { ResumePoint } from './cursor.ts';
import type { LogEvent } from './event.ts';
import type { Member, StreamItem, StreamRequest } from './stream.ts';
import type { CursorMaker } from './stream-cursors.ts';
import { createTick, onTick, type TickEvent, wantEntity } from './tick.ts';

/** A member's state in the form of an event; it has no position of its own in the log. */
export function stateEvent(request: StreamRequest, { position }: ResumePoint, member: Member): LogEvent {
  const { organizationId, kind, taskId, batchId } = request;
  return {
    ...position,
    organizationId,
    kind,
    entityId: member.entityId,
    taskId: member.taskId ?? taskId ?? null,
    batchIds: [...(member.batchIds ?? (batchId === undefined ? [] : [batchId]))],
    // For kinds without a previous status it is never read.
    state: { ...member.state, previousStatus: null } as Member['state'],
    at: member.at,
  };
}

/** The states that a stream begins with, as its client gets them. Cursors are made when they are sent. */
export function* stateItems(
  states: readonly TickEvent[],
  cursors: CursorMaker,
): Generator<StreamItem, void, undefined> {
  for (const event of states) {
    const toldUpTo = event === states.at(-1) ? null : event.entityId;
    yield { type: 'event', event, cursor: cursors.ofState(toldUpTo) };
  }
}

/** Only the latest event about the progress of a batch is kept. Other events are all kept. */
export function latestProgress(events: readonly LogEvent[]): LogEvent[] {
  const latest = new Map(events.map((event) => [event.entityId, event]));
  return events.filter((event) => event.kind !== 'BATCH' || latest.get(event.entityId) === event);
}

/** Events that are read together have their entities loaded together. */
export function onOneTick(events: readonly LogEvent[], tick = createTick()): TickEvent[] {
  const tickEvents = events.map((event) => onTick(event, tick));
  for (const event of tickEvents) wantEntity(event);
  return tickEvents;
}
