import type { CursorKey, ResumePoint } from './cursor.ts';
import type { EventFilter } from './event-filter.ts';
import type { Hub } from './hub.ts';
import { comparePositions } from './position.ts';
import { readLogState } from './read-log.ts';
import type { ResyncReason, StreamRequest } from './stream.ts';
import type { StreamControl } from './stream-control.ts';
import { findResyncReason, type StreamStart, startWithoutReading } from './stream-start.ts';

/** A stream that is about to begin; it holds the hub's tail. */
interface NewStream {
  hub: Hub;
  control: StreamControl;
  request: StreamRequest;
  filter: EventFilter;
  /** Where to resume; null: now. foreign: from another log. */
  after: ResumePoint | 'foreign' | null;
}

/** What a stream begins with, and the log that it reads. */
export interface Beginning extends StreamStart {
  key: CursorKey;
  incarnation: number;
}

/** @returns a reason if it cannot begin where its client asks; null: it was ended meanwhile */
export async function beginStream(stream: NewStream): Promise<Beginning | ResyncReason | null> {
  const { hub, control, request, filter, after } = stream;
  await untilTailRuns(hub, control);
  if (control.ended) return null;
  const log = { key: { ...hub.key }, incarnation: hub.incarnation };
  if (after === 'foreign') return 'CURSOR_FOREIGN';
  const reason = after && (await whyNotFrom(after, stream, log.key));
  if (reason) return reason;
  const wanted = { request, filter, point: after };
  const start = startWithoutReading(wanted) ?? (await control.patiently(() => hub.starts.ask(wanted)));
  return start && { ...start, ...log };
}

async function untilTailRuns(hub: Hub, control: StreamControl): Promise<void> {
  while (!control.ended && hub.position === null) {
    control.pause.begin();
    hub.onceAdvanced(() => control.pause.end());
    await control.pause.wait();
  }
}

async function whyNotFrom(
  point: ResumePoint,
  { hub, control, request }: NewStream,
  key: CursorKey,
): Promise<ResyncReason | null> {
  // Events in memory are neither pruned nor from another log.
  if (isWithinMemory(hub, point)) return null;
  const state = await control.patiently(() => hub.reads.run(() => readLogState(hub.db, request.organizationId)));
  return state && findResyncReason(point, state, key.epoch);
}

function isWithinMemory(hub: Hub, { position, snapshot }: ResumePoint): boolean {
  const reached = hub.position;
  return snapshot === null && reached !== null && comparePositions(position, reached) <= 0 && hub.covers(position);
}
