/** Runs an action at once if it did not run within the last window, otherwise once at the end of the window. */
export class Coalescer {
  readonly #windowMs: number;
  readonly #action: () => void;
  /** Set while a window is open. */
  #timer: NodeJS.Timeout | null = null;
  #requested = false;
  #closed = false;

  constructor(windowMs: number, action: () => void) {
    this.#windowMs = windowMs;
    this.#action = action;
  }

  request(): void {
    if (this.#closed) return;
    if (this.#timer) this.#requested = true;
    else this.#run();
  }

  /** Runs what is still pending, and nothing after that. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#requested) this.#action();
  }

  #run(): void {
    this.#requested = false;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#requested) this.#run();
    }, this.#windowMs);
    this.#action();
  }
}
