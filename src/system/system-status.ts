import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import { readVideoLatency } from '../video-analyses/latency.repository.ts';
import type { Engine } from './engines.ts';
import { Latest } from './latest.ts';
import { Recent } from './recent.ts';
import { listEngines, type Queue, readQueues } from './system.repository.ts';

/** The state of the system, as one organisation may see it. */
export interface SystemState {
  engines: readonly Engine[];
  queue: Queue;
}

interface Watcher {
  organizationId: string;
  everyMs: number;
  /** When the next state is due, of performance.now(). */
  dueMs: number;
  states: Latest<SystemState>;
}

/** Reported states are never older than this, plus the age of the heartbeat. Also the shortest time between two states. */
const tickMs = 1_000;

/** The state of the system for all clients of this process: one tick reads once, for any number of subscribers. */
export class SystemStatus {
  readonly #db: Kysely<DB>;
  readonly #logger: Logger;
  readonly #watchers = new Set<Watcher>();
  readonly #engines: Recent<Engine[]>;
  readonly #videoLatency: Recent<number | null>;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | null = null;
  #closed = false;

  constructor(resources: { db: Kysely<DB>; logger: Logger }) {
    this.#db = resources.db;
    this.#logger = resources.logger;
    this.#engines = new Recent(() => listEngines(resources.db));
    this.#videoLatency = new Recent(() => readVideoLatency(resources.db));
  }

  /**
   * The engines of all workers, read about once a second at most. `maxAgeMs`: how old an earlier result may be, by default one
   * second.
   */
  engines(maxAgeMs = tickMs): Promise<Engine[]> {
    return this.#engines.get(maxAgeMs);
  }

  /** Mean milliseconds that a second of video took within the last 5 minutes; null: none was analysed. Up to a second old. */
  videoLatency(): Promise<number | null> {
    return this.#videoLatency.get(tickMs);
  }

  async read(organizationId: string): Promise<SystemState> {
    const [engines, [queue]] = await Promise.all([this.engines(), readQueues(this.#db, [organizationId])]);
    return { engines, queue: queue! };
  }

  /** The state now, or within a second if others already watch, and again at regular intervals, until its reader leaves. */
  watch(organizationId: string, everySeconds: number): AsyncIterableIterator<SystemState> {
    const states = new Latest<SystemState>(() => this.#leave(watcher));
    const watcher: Watcher = { organizationId, everyMs: everySeconds * 1_000, dueMs: performance.now(), states };
    this.#watchers.add(watcher);
    if (!this.#closed && this.#timer === undefined) {
      this.#timer = setInterval(() => this.#tick(), tickMs);
      setImmediate(() => this.#tick());
    }
    return states;
  }

  /**
   * Stops reading. Its streams stay open, because an end would tell clients that nothing more follows; their connections are closed
   * in a moment.
   */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#reading;
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const nowMs = performance.now();
    // A timer may fire slightly early; half a tick earlier is better than a whole one later.
    const due = [...this.#watchers].filter(({ dueMs }) => dueMs <= nowMs + tickMs / 2);
    // If the database takes longer than a tick, it is queried again after it has responded.
    if (due.length === 0 || this.#reading || this.#closed) return;
    this.#reading = this.#tell(due, nowMs)
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'The state of the system could not be read.'))
      .finally(() => {
        this.#reading = null;
      });
  }

  async #tell(due: readonly Watcher[], nowMs: number): Promise<void> {
    const organizationIds = [...new Set(due.map(({ organizationId }) => organizationId))];
    // The first tick comes a moment late and the next ones on time, so less than a second after it.
    const reading = [this.engines(tickMs / 2), readQueues(this.#db, organizationIds)] as const;
    const [engines, queues] = await Promise.all(reading);
    const queueOf = new Map(queues.map((queue) => [queue.organizationId, queue]));
    for (const watcher of due) {
      watcher.dueMs = nowMs + watcher.everyMs;
      watcher.states.set({ engines, queue: queueOf.get(watcher.organizationId)! });
    }
  }
}
