const WINDOW_MS = 10_000;

/** Counts events over the last ten seconds. Times are of performance.now(). */
export class RateMeter {
  #times: number[] = [];

  count(nowMs: number): void {
    this.#times.push(nowMs);
    this.#forget(nowMs);
  }

  perSecond(nowMs: number): number {
    this.#forget(nowMs);
    return (this.#times.length * 1_000) / WINDOW_MS;
  }

  #forget(nowMs: number): void {
    while (this.#times[0] !== undefined && this.#times[0] < nowMs - WINDOW_MS) this.#times.shift();
  }
}
