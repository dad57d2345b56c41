import DataLoader from 'dataloader';
import type { EventKind, LogEvent } from './event.ts';
import { patiently } from './patiently.ts';

/**
 * One read of the log: a tick of the tailer, or a page of a replay. What its events need is loaded once for all subscribers of the
 * process, and discarded with the tick.
 */
export interface Tick {
  /** Its events by those of the log, if they are read from memory by one stream after the other. */
  readonly events: Map<LogEvent, TickEvent>;
  readonly loaders: Map<string, unknown>;
  /** Entities that at least one subscriber will receive and that have not been requested yet, by kind and organisation. */
  readonly wanted: Map<string, Set<string>>;
  /** Cursor texts by event id, since signing costs more than delivering. */
  readonly cursors: Map<string, string>;
}

/** An event on its way to subscribers. They share this object, so it must not be changed. */
export interface TickEvent<Kind extends EventKind = EventKind> extends LogEvent<Kind> {
  readonly tick: Tick;
}

/** Entities in the order of the ids; null where there is none (any more). */
export type LoadEntities<T> = (ids: readonly string[]) => PromiseLike<ArrayLike<T | null | Error>>;

/** More ids than this are loaded in several calls, so that each statement stays short. */
const maxLoadSize = 500;

export function createTick(): Tick {
  return { events: new Map(), loaders: new Map(), wanted: new Map(), cursors: new Map() };
}

/** The event on a tick: the same object for all streams that read it at the same moment, which share what is made of it. */
export function onTick(event: LogEvent, tick: Tick): TickEvent {
  const known = tick.events.get(event);
  if (known) return known;
  const tickEvent = { ...event, tick };
  tick.events.set(event, tickEvent);
  return tickEvent;
}

/** A subscriber will receive this event: its entity is loaded together with the others of the tick. */
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
  const loader = new DataLoader<string, T | null>((ids) => patiently(() => load(ids)), { maxBatchSize: maxLoadSize });
  tick.loaders.set(key, loader);
  return loader;
}

/**
 * The entity that an event is about, in its current state. The first request loads the entities of all events of the tick in one
 * call, because subscribers take events one after the other: otherwise each event would need its own query.
 * @param load must itself filter by organisation; it is called with ids of `event.organizationId` only.
 */
export function loadEventEntity<T>(event: TickEvent, load: LoadEntities<T>): Promise<T | null> {
  const loader = tickLoader(event.tick, event.kind, event.organizationId, load);
  const key = wantedKey(event.kind, event.organizationId);
  const wanted = event.tick.wanted.get(key);
  if (wanted) {
    event.tick.wanted.delete(key);
    // A caller that requests one of these gets its error; rejections that no caller awaits must not end the process.
    for (const id of wanted) loader.load(id).catch(() => undefined);
  }
  return loader.load(event.entityId);
}

function wantedKey(kind: EventKind, organizationId: string): string {
  return `${kind}:${organizationId}`;
}
