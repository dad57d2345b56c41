/** A stream of states of which only the latest counts: a state that was not taken before the next one arrived is skipped. */
export class Latest<T> implements AsyncIterableIterator<T> {
  #value: { current: T } | null = null;
  #waiting: ((result: IteratorResult<T>) => void) | null = null;
  #ended = false;
  readonly #onEnd: () => void;

  /** `onEnd` is called once, when its reader leaves. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  set(value: T): void {
    if (this.#ended) return;
    if (this.#waiting) this.#waiting({ done: false, value });
    else this.#value = { current: value };
    this.#waiting = null;
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#ended) return { done: true, value: undefined };
    if (this.#value) {
      const { current } = this.#value;
      this.#value = null;
      return { done: false, value: current };
    }
    const { promise, resolve } = Promise.withResolvers<IteratorResult<T>>();
    this.#waiting = resolve;
    return promise;
  }

  async return(): Promise<IteratorResult<T>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#waiting?.({ done: true, value: undefined });
      this.#onEnd();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
