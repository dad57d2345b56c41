import { decodeCursor, InvalidCursorError } from './cursor.ts';
import type { EventKind } from './event.ts';
import { EventStream } from './event-stream.ts';
import type { Hub } from './hub.ts';
import type { StreamItem, StreamRequest } from './stream.ts';

/**
 * The stream of a subscription; see {@link EventStream}. Nothing happens before the first `next()`; `return()` ends it at any time, also
 * while it waits.
 * @throws InvalidCursorError when `after` is not a cursor.
 */
export function openStream<Kind extends EventKind>(
  hub: Hub,
  request: StreamRequest<Kind>,
): AsyncIterableIterator<StreamItem<Kind>> {
  const decoded = request.after === null ? null : decodeCursor(hub.key, request.after);
  if (decoded === 'malformed') throw new InvalidCursorError();
  const stream = new EventStream(hub, request, decoded === 'foreign' ? decoded : (decoded?.point ?? null));
  // It delivers events of the kind that its request names, and no others.
  return stream as AsyncIterableIterator<StreamItem> as AsyncIterableIterator<StreamItem<Kind>>;
}
