import { failedResult } from '../protocol/job-failure.ts';
import type { JobResult } from '../protocol/jobs.ts';
import type { FailedResult } from '../protocol/messages.ts';
import type { JobClock } from './job-guard.ts';
import { watchProcessorTime } from './processor-time.ts';

/**
 * A job in two stages. The first reads untrusted bytes, in other threads: it is watched, but cannot be interrupted. The second runs
 * models and blocks the process.
 */
export interface LineJob<P = unknown> {
  id: string;
  clock: JobClock;
  prepare(): Promise<P>;
  work(prepared: P): Promise<JobResult>;
  /** Called once after the job, whatever the outcome. */
  release(): void;
}

/** Events of the current job. */
export interface LineEvents {
  decoded(id: string): void;
  /** It has used all of its processor time, and continues. */
  decodingOverdue(id: string): void;
  finished(id: string, result: JobResult | FailedResult): void;
}

interface Entry {
  job: LineJob;
  prepared: Promise<unknown> | null;
}

/**
 * Processes jobs one by one in their order. During one, the next is prepared, but no further one: at most two decoded pictures are
 * in memory. Preparation starts in order, so a job never waits for memory that a later one uses.
 */
export class Line {
  readonly #entries: Entry[] = [];
  readonly #decodingCpuMs: number;
  readonly #events: LineEvents;
  #busy = false;

  /** @param decodingCpuMs processor time in which the current job must be prepared. */
  constructor(decodingCpuMs: number, events: LineEvents) {
    this.#decodingCpuMs = decodingCpuMs;
    this.#events = events;
  }

  add<P>(job: LineJob<P>): void {
    this.#entries.push({ job: job as LineJob, prepared: null });
    if (this.#busy) void this.#prepareAhead();
    else void this.#workOff();
  }

  /** A waiting job ends when it would start, the current one between two runs. Unknown ids have already ended. */
  cancel(id: string): void {
    this.#entries.find((entry) => entry.job.id === id)?.job.clock.cancel();
  }

  async #workOff(): Promise<void> {
    this.#busy = true;
    for (let entry = this.#entries[0]; entry; entry = this.#entries[0]) {
      const { job } = entry;
      const result = await this.#workOn(entry).catch(failedResult);
      // A job that was cancelled during its preparation stays current until that is over: otherwise its processor time would count
      // for the next one.
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

  /** It is the only job being prepared now, so all of the engine's processor time counts for it. */
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
      // Its failure is reported when it becomes the current job.
      entry.prepared.catch(() => {});
    }
    return entry.prepared;
  }
}
