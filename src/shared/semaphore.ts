/**
 * Admits work while the sum of weights does not exceed the capacity. Other work waits in the order of arrival: light work does not
 * overtake heavy work, which could otherwise wait for ever.
 */
export class Semaphore {
  readonly #capacity: number;
  readonly #waiting: { weight: number; proceed: () => void }[] = [];
  #free: number;

  /** @param capacity for example the number of concurrent runs, each with the weight 1. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#free = capacity;
  }

  /** Whether nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#free === this.#capacity && this.#waiting.length === 0;
  }

  /** Resolves with the function that releases it, to be called once. Work that is heavier than the capacity runs alone. */
  async acquire(weight = 1): Promise<() => void> {
    const share = Math.min(weight, this.#capacity);
    if (this.#waiting.length > 0 || share > this.#free)
      await new Promise<void>((proceed) => this.#waiting.push({ weight: share, proceed }));
    else this.#free -= share;
    return () => this.#release(share);
  }

  /** Runs the work when it is admitted; its error is rethrown. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }

  #release(weight: number): void {
    this.#free += weight;
    for (let next = this.#waiting[0]; next && next.weight <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      // It is passed on directly: if it were only released, a later caller could take it.
      this.#free -= next.weight;
      next.proceed();
    }
  }
}
