import type { LogEvent } from './event.ts';
import type { EventFilter } from './event-filter.ts';
import type { Subscriber } from './subscriber.ts';

/**
 * Finds the subscribers that an event may concern without checking the others. Each is indexed only by the most selective part of
 * its filter, so the cost of an event depends on its candidates. They check the rest of their filter themselves.
 */
export class SubscriberIndex {
  /** Most keys have one subscriber, so it has no set of its own. */
  readonly #byKey = new Map<string, Subscriber | Set<Subscriber>>();

  add(subscriber: Subscriber): void {
    for (const key of filterKeys(subscriber.filter)) {
      const there = this.#byKey.get(key);
      if (there instanceof Set) there.add(subscriber);
      else this.#byKey.set(key, there ? new Set([there, subscriber]) : subscriber);
    }
  }

  delete(subscriber: Subscriber): void {
    for (const key of filterKeys(subscriber.filter)) {
      const there = this.#byKey.get(key);
      if (there instanceof Set) there.delete(subscriber);
      if (there === subscriber || (there instanceof Set && there.size === 0)) this.#byKey.delete(key);
    }
  }

  /** No subscriber occurs twice: each has one kind of key, and an event has only one key of that kind. */
  *matching(event: LogEvent): Generator<Subscriber> {
    for (const key of eventKeys(event)) {
      const there = this.#byKey.get(key);
      if (there instanceof Set) yield* there;
      else if (there) yield there;
    }
  }

  *all(): Generator<Subscriber> {
    yield* new Set([...this.#byKey.values()].flatMap((there) => (there instanceof Set ? [...there] : [there])));
  }
}

function filterKeys(filter: EventFilter): string[] {
  const { kind, entityIds, batchId, taskId, narrowing, organizationId } = filter;
  if (entityIds !== undefined) return [...new Set(entityIds)].map((id) => `${kind}:entity:${id}`);
  if (batchId !== undefined) return [`${kind}:batch:${batchId}`];
  if (taskId !== undefined) return [`${kind}:task:${taskId}`];
  if (narrowing?.taskIds) return [...new Set(narrowing.taskIds)].map((id) => `${kind}:task:${id}`);
  return [`${kind}:organization:${organizationId}`];
}

function eventKeys({ kind, entityId, batchIds, taskId, organizationId }: LogEvent): string[] {
  const keys = [`${kind}:entity:${entityId}`, `${kind}:organization:${organizationId}`];
  for (const batchId of batchIds) keys.push(`${kind}:batch:${batchId}`);
  if (taskId !== null) keys.push(`${kind}:task:${taskId}`);
  return keys;
}
