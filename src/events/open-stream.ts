import { decodeCursor, InvalidCursorError } from './cursor.ts';
import type { EventKind } from './event.ts';
import { EventStream } from './event-stream.ts';
import type { Hub } from './hub.ts';
import type { StreamItem, StreamRequest } from './stream.ts';

/**
 * The stream of a subscription. Nothing happens before the first `next()`; `return()` ends it at any time, also while it waits.
 * While the hub is closing, no `next()` settles until `return()`: neither an end nor an error reaches the client, whose socket is
 * about to be closed, so that it resumes on another server.
 * @throws InvalidCursorError when `after` is not a cursor.
 */
export function openStream<Kind extends EventKind>(
  hub: Hub,
  request: StreamRequest<Kind>,
): AsyncIterableIterator<StreamItem<Kind>> {
  const decoded = request.after === null ? null : decodeCursor(hub.key, request.after);
  if (decoded === 'malformed') throw new InvalidCursorError();
  const stream = new EventStream(hub, request);
  // The stream delivers events of the kind that its request names, and no others.
  type Items = AsyncGenerator<StreamItem<Kind>, void, undefined>;
  const items = stream.run(decoded === 'foreign' ? decoded : (decoded?.point ?? null)) as Items;
  const returned = Promise.withResolvers<IteratorResult<StreamItem<Kind>>>();
  const untilReturned = () => returned.promise;
  return {
    async next() {
      try {
        const result = await items.next();
        return hub.closing ? await untilReturned() : taken(result);
      } catch (error) {
        if (hub.closing) return untilReturned();
        throw error;
      }
    },
    async return() {
      stream.end();
      returned.resolve({ done: true, value: undefined });
      await items.return();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * A copy of what a generator has yielded, whose event is then cleared: suspended generators keep the last value that passed through them,
 * and an event keeps everything that was loaded for its tick.
 */
function taken<Item extends object>(result: IteratorResult<Item, void>): IteratorResult<Item, void> {
  if (result.done) return result;
  const value = { ...result.value };
  if ('event' in result.value) result.value.event = null;
  return { done: false, value };
}
