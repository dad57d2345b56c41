import DataLoader from 'dataloader';
import type { EventKind, LogEvent } from './event.ts';

/**
 * One reading of the log: a tick of the tailer, or a page of a replay. What is loaded for its events is loaded once for all
 * subscribers of the process, and thrown away with it.
 */
export interface Tick {
  readonly loaders: Map<string, unknown>;
  /** Entities that at least one subscriber is about to hear of and that nobody has asked for yet, by kind and organisation. */
  readonly wanted: Map<string, Set<string>>;
  /** Cursor texts by event id, since signing costs more than delivering. */
  readonly cursors: Map<string, string>;
}

/** An event on its way to subscribers. One object for all of them: nobody changes it. */
export interface TickEvent<Kind extends EventKind = EventKind> extends LogEvent<Kind> {
  readonly tick: Tick;
}

/** Entities in the order of the ids; null where there is none (any more). */
export type LoadEntities<T> = (ids: readonly string[]) => PromiseLike<ArrayLike<T | null | Error>>;

/** More ids than this go in several calls: one statement stays short. */
const maxLoadSize = 500;

export function createTick(): Tick {
  return { loaders: new Map(), wanted: new Map(), cursors: new Map() };
}

/** Somebody is going to hear of this event: its entity is loaded together with the others of the tick. */
export function wantEntity(event: TickEvent): void {
  const key = wantedKey(event.kind, event.organizationId);
  const ids = event.tick.wanted.get(key);
  if (ids) ids.add(event.entityId);
  else event.tick.wanted.set(key, new Set([event.entityId]));
}

/**
 * A loader shared by all subscribers of one organisation during one tick. The first call with a name decides `load`; the
 * organisation is part of the key, so nothing loaded for one tenant is ever given to another.
 */
export function tickLoader<T>(
  tick: Tick,
  name: string,
  organizationId: string,
  load: LoadEntities<T>,
): DataLoader<string, T | null> {
  const key = `${name}:${organizationId}`;
  const made = tick.loaders.get(key) as DataLoader<string, T | null> | undefined;
  if (made) return made;
  const loader = new DataLoader<string, T | null>(load, { maxBatchSize: maxLoadSize });
  tick.loaders.set(key, loader);
  return loader;
}

/**
 * The entity that an event is about, as it is now. Whoever asks first has the entities of all events of the tick loaded in
 * the same call, since subscribers take events one after the other: without it each event would be a query of its own.
 *
 * @param load must itself look at the organisation; it is called with ids of `event.organizationId` only.
 */
export function loadEventEntity<T>(event: TickEvent, load: LoadEntities<T>): Promise<T | null> {
  const loader = tickLoader(event.tick, event.kind, event.organizationId, load);
  const key = wantedKey(event.kind, event.organizationId);
  const wanted = event.tick.wanted.get(key);
  if (wanted) {
    event.tick.wanted.delete(key);
    // Whoever asks for one of these gets its error; those that nobody asks for must not end the process.
    for (const id of wanted) loader.load(id).catch(() => undefined);
  }
  return loader.load(event.entityId);
}

function wantedKey(kind: EventKind, organizationId: string): string {
  return `${kind}:${organizationId}`;
}
