import { failedResult, JobFailure } from '../protocol/job-failure.ts';
import type { EngineSlot } from './engine-slot.ts';
import { JobQueue } from './job-queue.ts';
import type { PoolJob } from './pool-job.ts';
import type { ProcessEnd } from './process-end.ts';

/**
 * Jobs in one engine at a time: one in hand, the next being decoded meanwhile, and one more so that the engine need not
 * wait for the pool's answer.
 */
const WINDOW = 3;
/** After so many engine deaths with nothing but this picture in flight, the picture is to blame. */
const MOST_DEATHS_ALONE = 3;

/**
 * Gives waiting jobs to engines. After an engine's death its jobs are suspects: they go again, one at a time, each alone in
 * its engine, before anything else; so a picture that kills engines is found without harm to others.
 */
export class Dispatcher {
  readonly slots: EngineSlot[] = [];
  readonly #queue = new JobQueue();
  readonly #suspects = new JobQueue();
  /** The slot with a suspect in flight. */
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

  /** Takes everything that waits out of the queues. */
  drain(): PoolJob[] {
    return [...this.#suspects.drain(), ...this.#queue.drain()];
  }

  /** Hands over what can be handed over now. */
  dispatch(): void {
    const ready = this.slots.filter((slot) => slot.isReady);
    const reserved = this.#dispatchSuspect(ready);
    const open = ready.filter((slot) => slot !== reserved);
    while (this.#queue.length > 0) {
      const slot = leastBusy(open);
      if (!slot || slot.inFlight >= WINDOW) return;
      slot.give(this.#queue.shift()!);
    }
  }

  /**
   * What becomes of the jobs of an engine that is gone. Where one is to blame, it has failed and the others go again; where an
   * engine died and nobody knows why, all of them are suspects.
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

  /** Fails a job and, when it is its picture that cannot be decoded, those of the same picture that wait. */
  #fail(entry: PoolJob, failure: JobFailure, inFlight: readonly PoolJob[]): void {
    entry.settle(failedResult(failure));
    if (failure.failure.code !== 'DECODING_TIME_EXCEEDED') return;
    const isTwin = ({ job }: PoolJob) => job.file === entry.job.file;
    const waiting = [...this.#queue.takeWhere(isTwin), ...this.#suspects.takeWhere(isTwin)];
    for (const twin of [...inFlight.filter(isTwin), ...waiting]) twin.settle(failedResult(failure));
  }

  /** The slot that takes nothing else for now: a suspect is in it, or it empties itself for one. */
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
    if (entry.deathsAlone < MOST_DEATHS_ALONE) this.#suspects.push(entry);
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
    `The picture made an engine crash ${MOST_DEATHS_ALONE} times, each time as the only picture in the engine.`,
  );
}
