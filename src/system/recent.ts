/** A value that is read again only when it is old: whoever asks before gets the value that was read last, or is being read. */
export class Recent<T> {
  readonly #read: () => Promise<T>;
  #last: { atMs: number; value: Promise<T> } | null = null;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** An error is not kept. */
  get(maxAgeMs: number): Promise<T> {
    const nowMs = performance.now();
    if (this.#last !== null && this.#last.atMs > nowMs - maxAgeMs) return this.#last.value;
    const last = { atMs: nowMs, value: this.#read() };
    this.#last = last;
    last.value.catch(() => {
      if (this.#last === last) this.#last = null;
    });
    return last.value;
  }
}
