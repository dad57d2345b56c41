import type { FailedOutcome, JobKind, JobKinds, JobResult, StoredFeatures, WantedFeatures } from '../protocol/jobs.ts';
import type { FailedResult } from '../protocol/messages.ts';

export interface JobHooks {
  /**
   * The job is now the one an engine works on; RUNNING and maxProcessingMs count from here. Fires again when the job goes
   * again after an engine's death.
   */
  onStart?(): void;
  /** Aborting rejects the job's promise with an AbortError at once; an engine that works on it stops between two runs. */
  signal?: AbortSignal;
  /**
   * Finds features of catalogue pictures that the engine lacks, made by `model` (name@version); what is not there is left
   * out. Bound to the job's organisation by whoever gives the job. When it rejects, or there is none, the job fails.
   */
  findFeatures?(model: string, wanted: WantedFeatures[]): Promise<StoredFeatures[]>;
}

/** A job inside the pool. */
export type PoolJob = {
  [K in JobKind]: { kind: K; job: JobKinds[K]['job'] };
}[JobKind] & {
  /** Order of arrival, no other job's; kept when the job goes again, so it is not overtaken. */
  sequence: number;
  hooks: JobHooks;
  attempts: number;
  /** Engine deaths with nothing but this job in flight. */
  deathsAlone: number;
  /** Its promise is settled; an engine may still be busy with it. */
  ended: boolean;
  settle(result: JobResult | FailedResult): void;
  abandon(error: Error): void;
};

/** Makes a job and the promise of its outcome. The abort listener goes when the promise settles. */
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

/** Lets an abort signal end a job; `canceled` is told once, when it does. */
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
