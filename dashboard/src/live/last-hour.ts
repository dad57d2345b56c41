import { LatencyHistogram } from './latency-histogram.ts';

const minuteMs = 60_000;
export const hourMinutes = 60;

interface Minute {
  succeeded: number;
  failed: number;
  latencies: LatencyHistogram;
}

export interface Finished {
  status: string;
  createdAt: string;
  finishedAt: string | null;
}

/** A minute of the chart, the latest last. */
export interface MinuteFigures {
  /** Seconds since 1970, where the minute begins. */
  startSeconds: number;
  succeeded: number;
  failed: number;
  /** Milliseconds from submission to the end; null when nothing ended. */
  medianMs: number | null;
}

/** What ended within the last hour, by minutes; memory does not grow with what comes. */
export class LastHour {
  readonly #minutes = new Map<number, Minute>();
  /** The figures are of what ended since then; null: of the whole hour. */
  since: string | null = null;

  add({ status, createdAt, finishedAt }: Finished): void {
    if (finishedAt === null) return;
    const finished = Date.parse(finishedAt);
    const minute = this.#minute(Math.floor(finished / minuteMs));
    if (status === 'SUCCEEDED') minute.succeeded++;
    else minute.failed++;
    minute.latencies.add(finished - Date.parse(createdAt));
  }

  #minute(index: number): Minute {
    const known = this.#minutes.get(index);
    if (known) return known;
    const minute = { succeeded: 0, failed: 0, latencies: new LatencyHistogram() };
    this.#minutes.set(index, minute);
    for (const old of this.#minutes.keys()) if (old <= index - 2 * hourMinutes) this.#minutes.delete(old);
    return minute;
  }

  /** @param now milliseconds since 1970 */
  figures(now: number): { minutes: MinuteFigures[]; succeeded: number; failed: number; latencies: LatencyHistogram } {
    const latencies = new LatencyHistogram();
    const last = Math.floor(now / minuteMs);
    const minutes = Array.from({ length: hourMinutes }, (_, offset) => {
      const index = last - hourMinutes + 1 + offset;
      const minute = this.#minutes.get(index);
      if (minute) latencies.addAll(minute.latencies);
      return {
        startSeconds: (index * minuteMs) / 1000,
        succeeded: minute?.succeeded ?? 0,
        failed: minute?.failed ?? 0,
        medianMs: minute?.latencies.quantile(0.5) ?? null,
      };
    });
    const total = (of: 'succeeded' | 'failed') => minutes.reduce((sum, minute) => sum + minute[of], 0);
    return { minutes, succeeded: total('succeeded'), failed: total('failed'), latencies };
  }
}
