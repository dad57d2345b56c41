import type { PoolJob } from './pool-job.ts';

/** Waiting jobs: the smallest priority value first, equal ones in the order of arrival. */
export class JobQueue {
  readonly #jobs: PoolJob[] = [];

  get length(): number {
    return this.#jobs.length;
  }

  push(entry: PoolJob): void {
    let low = 0;
    let high = this.#jobs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comesBefore(entry, this.#jobs[middle]!)) high = middle;
      else low = middle + 1;
    }
    this.#jobs.splice(low, 0, entry);
  }

  shift(): PoolJob | undefined {
    return this.#jobs.shift();
  }

  remove(entry: PoolJob): void {
    const index = this.#jobs.indexOf(entry);
    if (index >= 0) this.#jobs.splice(index, 1);
  }

  /** Removes the jobs for which the condition is true. */
  takeWhere(holds: (entry: PoolJob) => boolean): PoolJob[] {
    const taken = this.#jobs.filter(holds);
    for (const entry of taken) this.remove(entry);
    return taken;
  }

  /** Empties the queue. */
  drain(): PoolJob[] {
    return this.#jobs.splice(0);
  }
}

function comesBefore(a: PoolJob, b: PoolJob): boolean {
  return a.job.priority === b.job.priority ? a.sequence < b.sequence : a.job.priority < b.job.priority;
}
