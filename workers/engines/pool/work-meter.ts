/** Period of speed and busy share: two heartbeats, so that none of them misses anything. */
const shareWindowMs = 10_000;
/** Period over which pictures are averaged. */
const pictureWindowMs = 300_000;
/** Pictures are summed per interval of this length: at most 30 numbers for any number of pictures. */
const bucketMs = 10_000;

interface Bucket {
  startMs: number;
  pictures: number;
  totalMs: number;
}

/** Measures the work of one engine. Times are of performance.now(). */
export class WorkMeter {
  /** Set while the engine is working. */
  #busySinceMs: number | null = null;
  #pictureSinceMs = 0;
  readonly #spans: { fromMs: number; toMs: number }[] = [];
  readonly #buckets: Bucket[] = [];
  /** When jobs of the last ten seconds were done. */
  readonly #finishedMs: number[] = [];

  /** A job has become the current one. */
  begin(nowMs: number): void {
    this.#busySinceMs ??= nowMs;
    this.#pictureSinceMs = nowMs;
  }

  /** The current job is done. Only analyses count as pictures. */
  finish(nowMs: number, isAnalysis: boolean): void {
    this.#finishedMs.push(nowMs);
    this.#forget(nowMs);
    if (!isAnalysis) return;
    let bucket = this.#buckets.at(-1);
    if (!bucket || bucket.startMs <= nowMs - bucketMs) {
      bucket = { startMs: nowMs, pictures: 0, totalMs: 0 };
      this.#buckets.push(bucket);
    }
    bucket.pictures += 1;
    bucket.totalMs += nowMs - this.#pictureSinceMs;
  }

  /** There is no current job any more. */
  rest(nowMs: number): void {
    if (this.#busySinceMs === null) return;
    this.#spans.push({ fromMs: this.#busySinceMs, toMs: nowMs });
    this.#busySinceMs = null;
    this.#forget(nowMs);
  }

  /** Jobs done a second, over the last ten seconds. */
  perSecond(nowMs: number): number {
    this.#forget(nowMs);
    return (this.#finishedMs.length * 1_000) / shareWindowMs;
  }

  /** Fraction of the last ten seconds in which the engine was working, 0..1. */
  busyShare(nowMs: number): number {
    this.#forget(nowMs);
    const startMs = nowMs - shareWindowMs;
    let busyMs = this.#busySinceMs === null ? 0 : nowMs - Math.max(this.#busySinceMs, startMs);
    for (const { fromMs, toMs } of this.#spans) busyMs += toMs - Math.max(fromMs, startMs);
    return Math.min(1, busyMs / shareWindowMs);
  }

  /** Analyses of the last five minutes, and their total time. */
  pictures(nowMs: number): { pictures: number; picturesMs: number } {
    this.#forget(nowMs);
    return {
      pictures: this.#buckets.reduce((sum, bucket) => sum + bucket.pictures, 0),
      picturesMs: Math.round(this.#buckets.reduce((sum, bucket) => sum + bucket.totalMs, 0)),
    };
  }

  #forget(nowMs: number): void {
    while (this.#finishedMs[0] !== undefined && this.#finishedMs[0] < nowMs - shareWindowMs) this.#finishedMs.shift();
    while (this.#spans[0] && this.#spans[0].toMs <= nowMs - shareWindowMs) this.#spans.shift();
    while (this.#buckets[0] && this.#buckets[0].startMs <= nowMs - pictureWindowMs) this.#buckets.shift();
  }
}
