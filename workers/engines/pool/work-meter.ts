/** Over how long speed and busy share are taken: two heartbeats, so that none of them misses anything. */
const shareWindowMs = 10_000;
/** Over how long pictures are averaged. */
const pictureWindowMs = 300_000;
/** Pictures are kept in sums of this long: 30 numbers at most, however many pictures there are. */
const bucketMs = 10_000;

interface Bucket {
  startMs: number;
  pictures: number;
  totalMs: number;
}

/** What one engine does with its time. Times are of performance.now(). */
export class WorkMeter {
  /** Set while something is in hand. */
  #busySinceMs: number | null = null;
  #pictureSinceMs = 0;
  readonly #spans: { fromMs: number; toMs: number }[] = [];
  readonly #buckets: Bucket[] = [];
  /** When jobs of the last ten seconds were done. */
  readonly #finishedMs: number[] = [];

  /** A job is now the one in hand. */
  begin(nowMs: number): void {
    this.#busySinceMs ??= nowMs;
    this.#pictureSinceMs = nowMs;
  }

  /** The one in hand is done. Only analyses count as pictures. */
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

  /** Nothing is in hand any more. */
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

  /** Part of the last ten seconds in which something was in hand, 0..1. */
  busyShare(nowMs: number): number {
    this.#forget(nowMs);
    const startMs = nowMs - shareWindowMs;
    let busyMs = this.#busySinceMs === null ? 0 : nowMs - Math.max(this.#busySinceMs, startMs);
    for (const { fromMs, toMs } of this.#spans) busyMs += toMs - Math.max(fromMs, startMs);
    return Math.min(1, busyMs / shareWindowMs);
  }

  /** Analyses of the last five minutes, and how long they were in hand together. */
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
