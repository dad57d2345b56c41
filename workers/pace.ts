/** The weight of the latest analysis in the mean. */
const latest = 1 / 8;

/** How long an engine takes for an analysis, as a moving mean over all engines of a worker. */
export class Pace {
  readonly #engines: number;
  #meanMs: number | null = null;
  #since = 0;

  constructor(engines: number) {
    this.#engines = engines;
  }

  /** null: none has ended yet. */
  get meanMs(): number | null {
    return this.#meanMs;
  }

  /** The first of several analyses begins. Nothing was done before it. */
  begin(nowMs: number): void {
    this.#since = nowMs;
  }

  /** One has ended. @param held how many there were until now; those beyond the number of engines waited */
  end(nowMs: number, held: number): void {
    const tookMs = (nowMs - this.#since) * Math.min(this.#engines, held);
    this.#meanMs = this.#meanMs === null ? tookMs : this.#meanMs + (tookMs - this.#meanMs) * latest;
    this.#since = nowMs;
  }
}
