import { refuse } from '../protocol/job-failure.ts';
import type { JobResult } from '../protocol/jobs.ts';
import type { RefusedResult } from '../protocol/messages.ts';
import type { JobClock } from './job-guard.ts';

/** A job in two stages: the second blocks the process, the first works in other threads meanwhile. */
export interface LineJob<P = unknown> {
  id: string;
  clock: JobClock;
  prepare(): Promise<P>;
  work(prepared: P): Promise<JobResult>;
  /** Called once after the job, in any case. */
  release(): void;
}

interface Entry {
  job: LineJob;
  prepared: Promise<unknown> | null;
}

/**
 * Works on jobs one by one in their order. While one is in hand, the next is prepared, but no further one: at most two
 * decoded pictures are in memory. Preparing starts in order, so a job never waits for memory that a later one holds.
 */
export class Line {
  readonly #entries: Entry[] = [];
  readonly #finished: (id: string, result: JobResult | RefusedResult) => void;
  #busy = false;

  constructor(finished: (id: string, result: JobResult | RefusedResult) => void) {
    this.#finished = finished;
  }

  add<P>(job: LineJob<P>): void {
    this.#entries.push({ job: job as LineJob, prepared: null });
    if (this.#busy) void this.#prepareAhead();
    else void this.#workOff();
  }

  /** A waiting job ends at its turn, the one in hand between two runs. Unknown ids are over already. */
  cancel(id: string): void {
    this.#entries.find((entry) => entry.job.id === id)?.job.clock.cancel();
  }

  async #workOff(): Promise<void> {
    this.#busy = true;
    for (let entry = this.#entries[0]; entry; entry = this.#entries[0]) {
      const { job } = entry;
      const result = await this.#workOn(entry).catch(refuse);
      this.#entries.shift();
      // A job canceled while it was prepared must not give back what it has not taken yet.
      void Promise.allSettled([entry.prepared]).then(() => job.release());
      this.#finished(job.id, result);
    }
    this.#busy = false;
  }

  async #workOn(entry: Entry): Promise<JobResult> {
    const { job } = entry;
    job.clock.start();
    job.clock.check();
    const prepared = await this.#prepare(entry);
    void this.#prepareAhead();
    job.clock.check();
    return job.work(prepared);
  }

  /** Prepares the second in line, once the first is prepared. */
  async #prepareAhead(): Promise<void> {
    const [first, second] = this.#entries;
    if (!first?.prepared || !second || second.prepared) return;
    await first.prepared.catch(() => {});
    if (this.#entries[1] === second) void this.#prepare(second);
  }

  #prepare(entry: Entry): Promise<unknown> {
    if (!entry.prepared) {
      entry.prepared = entry.job.prepare();
      // Its failure is told at its turn.
      entry.prepared.catch(() => {});
    }
    return entry.prepared;
  }
}
