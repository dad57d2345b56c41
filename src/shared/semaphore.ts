/**
 * Lets work through as long as its weights add up to no more than the capacity. The rest waits, in the order in which it came: something light
 * does not overtake something heavy, which would otherwise wait for ever.
 */
export class Semaphore {
  readonly #capacity: number;
  readonly #waiting: { weight: number; proceed: () => void }[] = [];
  #free: number;

  /** @param capacity for example how many run at the same time, each with the weight 1. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#free = capacity;
  }

  /** Whether nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#free === this.#capacity && this.#waiting.length === 0;
  }

  /** Resolves with the function that ends it, to be called once. What is heavier than the capacity runs alone. */
  async acquire(weight = 1): Promise<() => void> {
    const share = Math.min(weight, this.#capacity);
    if (this.#waiting.length > 0 || share > this.#free)
      await new Promise<void>((proceed) => this.#waiting.push({ weight: share, proceed }));
    else this.#free -= share;
    return () => this.#release(share);
  }

  /** Does the work when it is let through; its error is passed on. */
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
      // It is handed on here: were it only freed, somebody who came later could take it.
      this.#free -= next.weight;
      next.proceed();
    }
  }
}
