/** Each bucket is 10 % wider than the one before: quantiles are exact to 5 %, whatever came. */
const growth = 1.1;

/** How long things took, in bounded memory. */
export class LatencyHistogram {
  readonly #buckets = new Map<number, number>();

  add(milliseconds: number): void {
    const bucket = Math.round(Math.log(Math.max(milliseconds, 1)) / Math.log(growth));
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }

  addAll(other: LatencyHistogram): void {
    for (const [bucket, count] of other.#buckets) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
  }

  /** Milliseconds that a share of all stayed below; null when there are none. @param share 0 to 1 */
  quantile(share: number): number | null {
    const total = [...this.#buckets.values()].reduce((sum, count) => sum + count, 0);
    let left = total * share;
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return growth ** bucket;
    }
    return null;
  }
}
