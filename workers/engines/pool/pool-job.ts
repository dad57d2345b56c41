import type { StoredFeatures, WantedFeatures } from '../protocol/item-matrix.ts';
import type { FailedOutcome, JobKind, JobKinds, JobResult } from '../protocol/jobs.ts';
import type { FailedResult } from '../protocol/messages.ts';

export interface JobHooks {
  /**
   * An engine starts to work on the job; RUNNING and maxProcessingMs count from here. Called again when the job is repeated after a
   * crash.
   */
  onStart?(): void;
  /** Aborting rejects the job's promise with an AbortError at once; an engine that works on it stops between two runs. */
  signal?: AbortSignal;
  /**
   * Finds features of catalogue pictures that the engine lacks, made by `model` (name@version); missing ones are left out. The
   * caller restricts it to the job's organisation. If it rejects, or is absent, the job fails.
   */
  findFeatures?(model: string, wanted: WantedFeatures[]): Promise<StoredFeatures[]>;
}

/** After this many crashes of an engine with no other picture in it, the picture is the cause. */
export const mostDeathsAlone = 3;

/** A job inside the pool. */
export type PoolJob = {
  [K in JobKind]: { kind: K; job: JobKinds[K]['job'] };
}[JobKind] & {
  /** Unique order of arrival; kept when the job is repeated, so that it is not overtaken. */
  sequence: number;
  hooks: JobHooks;
  attempts: number;
  /** Crashes of an engine that contained only this job. */
  deathsAlone: number;
  /** Its promise is settled; an engine may still be working on it. */
  ended: boolean;
  settle(result: JobResult | FailedResult): void;
  abandon(error: Error): void;
};

/** Creates a job and the promise of its outcome. The abort listener is removed when the promise settles. */
export function createPoolJob<K extends JobKind>(
  kind: K,
  job: JobKinds[K]['job'],
  hooks: JobHooks,
  sequence: number,
): { entry: PoolJob; outcome: Promise<(JobKinds[K]['result'] & { attempts: number }) | FailedOutcome> } {
  const { promise, resolve, reject } = Promise.withResolvers<JobKinds[K]['result'] & { attempts: number }>();
  const entry = { kind, job, sequence, hooks, attempts: 0, deathsAlone: 0, ended: false } as PoolJob;
  entry.settle = (result) => {
    if (entry.ended) return;
    entry.ended = true;
    const { detail: _forTheLog, ...outcome } = result as FailedResult;
    resolve({ ...outcome, attempts: entry.attempts } as unknown as JobKinds[K]['result'] & { attempts: number });
  };
  entry.abandon = (error) => {
    entry.ended = true;
    reject(error);
  };
  return { entry, outcome: promise };
}

/** Lets an abort signal end a job; `canceled` is called once when it does. */
export function obeySignal(entry: PoolJob, outcome: Promise<unknown>, canceled: () => void): void {
  const { signal } = entry.hooks;
  if (!signal) return;
  const abort = () => {
    entry.abandon(new DOMException('The job was canceled.', 'AbortError'));
    canceled();
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  const forget = () => signal.removeEventListener('abort', abort);
  outcome.then(forget, forget);
}
