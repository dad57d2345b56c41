import { ModelError } from '../../../src/models/model-error.ts';

/** Number of starts without a warm engine after which no engine is expected to start. */
const mostFailedStarts = 3;

/** Whether the engines of a pool can start at all. */
export class StartUp {
  readonly #first = Promise.withResolvers<void>();
  #failedStarts = 0;
  /** An engine was warm once, so whatever prevents engines from starting now may be temporary. */
  #hasWorked = false;

  constructor() {
    // Callers that await it get the error; if none does, it must not end the process.
    this.#first.promise.catch(() => {});
  }

  /** Resolves when the first engine is warm; rejects with ModelError when none ever can be. */
  get ready(): Promise<void> {
    return this.#first.promise;
  }

  onWarm(): void {
    this.#hasWorked = true;
    this.#first.resolve();
  }

  /** Rejects `ready` if it is pending. */
  giveUp(error: Error): void {
    this.#first.reject(error);
  }

  /**
   * A model that cannot be loaded is reported at once; a process that just dies is started again several times. If engines have
   * worked before, jobs wait for one to start again: full memory or a file that is being replaced is not the pictures' fault.
   * @param unusable why a model cannot be loaded; null: the process died
   * @returns why no engine can be started; null: another start may succeed
   */
  onFailedStart(unusable: string | null): ModelError | null {
    if (this.#hasWorked) return null;
    this.#failedStarts += 1;
    if (unusable !== null) return new ModelError(unusable);
    if (this.#failedStarts < mostFailedStarts) return null;
    return new ModelError('The engine process dies before it is ready. The log has its last output.');
  }
}
