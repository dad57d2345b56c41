import { failedResult } from '../protocol/job-failure.ts';
import type { JobResult } from '../protocol/jobs.ts';
import type { FailedResult } from '../protocol/messages.ts';
import type { JobClock } from './job-guard.ts';
import { watchProcessorTime } from './processor-time.ts';

/**
 * A job in two stages. All that reads the bytes of strangers happens in the first, in other threads: it is watched, and cannot
 * be interrupted. The second runs models and blocks the process.
 */
export interface LineJob<P = unknown> {
  id: string;
  clock: JobClock;
  prepare(): Promise<P>;
  work(prepared: P): Promise<JobResult>;
  /** Called once after the job, in any case. */
  release(): void;
}

/** What happens to the job in hand. */
export interface LineEvents {
  decoded(id: string): void;
  /** It has taken all the processor time that it may, and goes on. */
  decodingOverdue(id: string): void;
  finished(id: string, result: JobResult | FailedResult): void;
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
  readonly #decodingCpuMs: number;
  readonly #events: LineEvents;
  #busy = false;

  /** @param decodingCpuMs processor time in which the job in hand is to be prepared. */
  constructor(decodingCpuMs: number, events: LineEvents) {
    this.#decodingCpuMs = decodingCpuMs;
    this.#events = events;
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
      const result = await this.#workOn(entry).catch(failedResult);
      // A job that was canceled while it was prepared stays in hand until that is over: the next one would have to pay for it.
      await Promise.allSettled([entry.prepared]);
      this.#entries.shift();
      job.release();
      this.#events.finished(job.id, result);
    }
    this.#busy = false;
  }

  async #workOn(entry: Entry): Promise<JobResult> {
    const { job } = entry;
    job.clock.start();
    job.clock.check();
    const prepared = await this.#prepareInHand(entry);
    this.#events.decoded(job.id);
    void this.#prepareAhead();
    job.clock.check();
    return job.work(prepared);
  }

  /** As it is the only one that is prepared now, all of the engine's processor time is its own. */
  async #prepareInHand(entry: Entry): Promise<unknown> {
    const stopWatching = watchProcessorTime(this.#decodingCpuMs, () => this.#events.decodingOverdue(entry.job.id));
    try {
      return await this.#prepare(entry);
    } finally {
      stopWatching();
    }
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
