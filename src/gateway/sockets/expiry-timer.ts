/** The longest delay of a Node timer. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls back once, when the earliest of the given times has come. */
export class ExpiryTimer {
  readonly #onExpired: () => void;
  #expiresAtMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;

  constructor(onExpired: () => void) {
    this.#onExpired = onExpired;
  }

  /** @param expiresAt null: never */
  watch(expiresAt: Date | null): void {
    if (expiresAt === null || expiresAt.getTime() >= this.#expiresAtMs) return;
    this.#expiresAtMs = expiresAt.getTime();
    this.#arm();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    this.stop();
    const waitMs = Math.max(0, this.#expiresAtMs - Date.now());
    this.#timer = setTimeout(() => this.#look(), Math.min(waitMs, longestTimerMs));
  }

  /** A timer may fire a millisecond early, and is limited to 25 days, while a token may last 90. */
  #look(): void {
    if (Date.now() < this.#expiresAtMs) this.#arm();
    else this.#onExpired();
  }
}
