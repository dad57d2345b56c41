import type { LogEvent } from '../../../src/events/event.ts';
import { createTick, type TickEvent } from '../../../src/events/tick.ts';

/** An event at a place of the log; the rest only where it matters. */
export function eventAt(xid: number, id: number, given: Partial<LogEvent> = {}): LogEvent {
  return {
    xid: String(xid),
    id: String(id),
    organizationId: 'organization',
    kind: 'ANALYSIS',
    entityId: `entity-${id}`,
    taskId: null,
    batchIds: [],
    state: { status: 'QUEUED' },
    at: new Date(),
    ...given,
  };
}

export function onTick(event: LogEvent, tick = createTick()): TickEvent {
  return { ...event, tick };
}
