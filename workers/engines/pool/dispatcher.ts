import { failedResult, JobFailure } from '../protocol/job-failure.ts';
import type { EngineSlot } from './engine-slot.ts';
import { JobQueue } from './job-queue.ts';
import { mostDeathsAlone, type PoolJob } from './pool-job.ts';
import type { ProcessEnd } from './process-events.ts';

/**
 * Jobs in one engine at a time: the current one, the next one, which is being decoded, and one more, so that the engine does not
 * wait for the pool.
 */
const windowSize = 3;

/**
 * Gives waiting jobs to engines. After an engine has crashed, its jobs are suspects: before anything else they are repeated one at
 * a time, each alone in its engine, so that a picture which crashes engines is found without harm to others.
 */
export class Dispatcher {
  readonly slots: EngineSlot[] = [];
  readonly #queue = new JobQueue();
  readonly #suspects = new JobQueue();
  /** The slot that is running a suspect. */
  #solo: EngineSlot | null = null;

  get waiting(): number {
    return this.#queue.length + this.#suspects.length;
  }

  add(entry: PoolJob): void {
    this.#queue.push(entry);
    this.dispatch();
  }

  cancel(entry: PoolJob): void {
    this.#queue.remove(entry);
    this.#suspects.remove(entry);
    for (const slot of this.slots) slot.cancel(entry);
  }

  /** Removes all waiting jobs from the queues. */
  drain(): PoolJob[] {
    return [...this.#suspects.drain(), ...this.#queue.drain()];
  }

  /** Gives jobs to all slots that can take them now. */
  dispatch(): void {
    const ready = this.slots.filter((slot) => slot.isReady);
    const reserved = this.#dispatchSuspect(ready);
    const open = ready.filter((slot) => slot !== reserved);
    while (this.#queue.length > 0) {
      const slot = leastBusy(open);
      if (!slot || slot.inFlight >= windowSize) return;
      slot.give(this.#queue.shift()!);
    }
  }

  /**
   * Handles the jobs of an engine that has ended. If one of them was the cause, it has failed and the others are repeated; if an
   * engine crashed for an unknown reason, all of them are suspects.
   */
  onEnd({ cause, jobs, blamed }: ProcessEnd): void {
    if (blamed && !blamed.entry.ended) this.#fail(blamed.entry, blamed.failure, jobs);
    for (const entry of jobs) {
      if (entry.ended) continue;
      if (cause === 'DIED') this.#suspect(entry, jobs.length === 1);
      else this.#queue.push(entry);
    }
    this.dispatch();
  }

  /** Fails a job and, if its picture cannot be decoded, waiting jobs of the same picture. */
  #fail(entry: PoolJob, failure: JobFailure, inFlight: readonly PoolJob[]): void {
    entry.settle(failedResult(failure));
    if (failure.failure.code !== 'DECODING_TIME_EXCEEDED') return;
    const file = fileOf(entry);
    const isTwin = (other: PoolJob) => file !== null && fileOf(other) === file;
    const waiting = [...this.#queue.takeWhere(isTwin), ...this.#suspects.takeWhere(isTwin)];
    for (const twin of [...inFlight.filter(isTwin), ...waiting]) twin.settle(failedResult(failure));
  }

  /** The slot that takes no other jobs for now: it runs a suspect, or is being emptied for one. */
  #dispatchSuspect(ready: readonly EngineSlot[]): EngineSlot | null {
    if (this.#solo && this.#solo.inFlight > 0) return this.#solo;
    this.#solo = null;
    const slot = this.#suspects.length > 0 ? leastBusy(ready) : undefined;
    if (!slot) return null;
    if (slot.inFlight === 0) {
      this.#solo = slot;
      slot.give(this.#suspects.shift()!);
    }
    return slot;
  }

  #suspect(entry: PoolJob, diedAlone: boolean): void {
    if (diedAlone) entry.deathsAlone += 1;
    if (entry.deathsAlone < mostDeathsAlone) this.#suspects.push(entry);
    else entry.settle(failedResult(engineCrashed()));
  }
}

function leastBusy(slots: readonly EngineSlot[]): EngineSlot | undefined {
  return slots.reduce<EngineSlot | undefined>(
    (best, slot) => (best && best.inFlight <= slot.inFlight ? best : slot),
    undefined,
  );
}

function engineCrashed(): JobFailure {
  return new JobFailure(
    'ENGINE_CRASHED',
    `The picture made an engine crash ${mostDeathsAlone} times, each time as the only picture in the engine.`,
  );
}

/** null: its picture comes decoded. */
function fileOf({ job }: PoolJob): string | null {
  return 'file' in job ? job.file : null;
}
