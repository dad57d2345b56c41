import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Logger } from '../log.ts';
import type { Engine } from './engines.ts';
import { Latest } from './latest.ts';
import { listEngines, type Queue, readQueues } from './system.repository.ts';

/** How the system does, as one organisation may see it. */
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

/** What is told is never older than this, beside the age of the heartbeat. Also the shortest time between two states. */
const tickMs = 1_000;

/** How the system does, for all who ask in this process: however many watch, one tick reads once. */
export class SystemStatus {
  readonly #db: Kysely<DB>;
  readonly #logger: Logger;
  readonly #watchers = new Set<Watcher>();
  #engines: { atMs: number; read: Promise<Engine[]> } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | null = null;
  #closed = false;

  constructor(resources: { db: Kysely<DB>; logger: Logger }) {
    this.#db = resources.db;
    this.#logger = resources.logger;
  }

  /** The engines of all workers, read about once a second at most. `maxAgeMs`: how old what was read before may be, by default that second. */
  engines(maxAgeMs = tickMs): Promise<Engine[]> {
    const nowMs = performance.now();
    if (this.#engines === null || this.#engines.atMs <= nowMs - maxAgeMs) {
      const read = listEngines(this.#db);
      const entry = { atMs: nowMs, read };
      this.#engines = entry;
      read.catch(() => {
        if (this.#engines === entry) this.#engines = null;
      });
    }
    return this.#engines.read;
  }

  async read(organizationId: string): Promise<SystemState> {
    const [engines, [queue]] = await Promise.all([this.engines(), readQueues(this.#db, [organizationId])]);
    return { engines, queue: queue! };
  }

  /** The state now, or within a second when others watch already, and again every so many seconds, until its reader leaves. */
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
   * Reads nothing more. Its streams stay as they are: an end would tell clients that there is nothing more to come, and
   * their connections are cut in a moment.
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
    // A timer may fire a little early; half a tick sooner is better than a whole one later.
    const due = [...this.#watchers].filter(({ dueMs }) => dueMs <= nowMs + tickMs / 2);
    // A database that takes longer than a tick is asked again when it has answered.
    if (due.length === 0 || this.#reading || this.#closed) return;
    this.#reading = this.#tell(due, nowMs)
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'The state of the system could not be read.'))
      .finally(() => {
        this.#reading = null;
      });
  }

  async #tell(due: readonly Watcher[], nowMs: number): Promise<void> {
    const organizationIds = [...new Set(due.map(({ organizationId }) => organizationId))];
    // The first tick comes a moment late and the next ones on time, less than a second after what it read.
    const reading = [this.engines(tickMs / 2), readQueues(this.#db, organizationIds)] as const;
    const [engines, queues] = await Promise.all(reading);
    const queueOf = new Map(queues.map((queue) => [queue.organizationId, queue]));
    for (const watcher of due) {
      watcher.dueMs = nowMs + watcher.everyMs;
      watcher.states.set({ engines, queue: queueOf.get(watcher.organizationId)! });
    }
  }
}
