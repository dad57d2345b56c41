import { latencyIndex } from './latency-histogram.ts';

/** Counts by a key. */
export type CountMap = Record<string, number>;

/** The counts of analyses, as in analysis_stats. Changes of counts have the same form, and may be negative. */
export interface Counts {
  submitted: number;
  succeeded: number;
  failed: number;
  canceled: number;
  expired: number;
  facings: number;
  /** Milliseconds in engines, of those that succeeded. */
  durationMs: number;
  /** By latency index, of those that succeeded. */
  latencies: CountMap;
  /** By failure code. */
  failures: CountMap;
  /** By catalogue item, '' for facings without one: number of analyses that found it. */
  itemAnalyses: CountMap;
  itemFacings: CountMap;
  /** What corrections change in the three counts above. */
  facingsChange: number;
  itemAnalysesChange: CountMap;
  itemFacingsChange: CountMap;
}

const sums = [
  'submitted',
  'succeeded',
  'failed',
  'canceled',
  'expired',
  'facings',
  'durationMs',
  'facingsChange',
] as const;
const maps = [
  'latencies',
  'failures',
  'itemAnalyses',
  'itemFacings',
  'itemAnalysesChange',
  'itemFacingsChange',
] as const;

export function noCounts(): Counts {
  return {
    ...{ submitted: 0, succeeded: 0, failed: 0, canceled: 0, expired: 0, facings: 0, durationMs: 0 },
    ...{ latencies: {}, failures: {}, itemAnalyses: {}, itemFacings: {} },
    ...{ facingsChange: 0, itemAnalysesChange: {}, itemFacingsChange: {} },
  };
}

/** Adds `times` the counts to a sum. */
export function addCounts(sum: Counts, counts: Counts, times = 1): void {
  for (const name of sums) sum[name] += times * counts[name];
  for (const name of maps)
    for (const [key, count] of Object.entries(counts[name])) sum[name][key] = (sum[name][key] ?? 0) + times * count;
}

/** The data of an analysis that statistics need. */
export interface CountedAnalysis {
  status: string;
  failure_code: string | null;
  /** From submission to end; null: it has not ended. */
  latency_ms: number | null;
  /** From start to end; null: it has not ended, or never ran. */
  duration_ms: number | null;
  detection_count: number;
  unnamed_facings: number | null;
  /** Facings by catalogue item; null: none. */
  items: CountMap | null;
  /** What corrections change; null: nothing. */
  effects: CountedEffect[] | null;
}

/** What corrections change in a result about one item; see correction_effect. */
export interface CountedEffect {
  /** null: facings without an item. */
  item: string | null;
  analyses: number;
  facings: number;
}

/** The counts of a submission. */
export function countSubmission(): Counts {
  return { ...noCounts(), submitted: 1 };
}

/** The counts of a failure. */
export function countFailure(code: string): Counts {
  return { ...noCounts(), failed: 1, failures: { [code]: 1 } };
}

/** The counts of its outcome; empty while it has not ended. */
export function countEnd(analysis: CountedAnalysis): Counts {
  if (analysis.status === 'FAILED') return countFailure(analysis.failure_code!);
  const counts = noCounts();
  if (analysis.status === 'SUCCEEDED') countResult(counts, analysis);
  if (analysis.status === 'CANCELED') counts.canceled = 1;
  if (analysis.status === 'EXPIRED') counts.expired = 1;
  return counts;
}

function countResult(counts: Counts, analysis: CountedAnalysis): void {
  counts.succeeded = 1;
  counts.facings = analysis.detection_count;
  counts.durationMs = analysis.duration_ms ?? 0;
  counts.latencies[latencyIndex(analysis.latency_ms ?? 0)] = 1;
  const items = { ...analysis.items, ...(analysis.unnamed_facings && { '': analysis.unnamed_facings }) };
  for (const [item, facings] of Object.entries(items)) {
    counts.itemAnalyses[item] = 1;
    counts.itemFacings[item] = facings;
  }
  if (analysis.effects) addCounts(counts, countCorrections(analysis.effects));
}

/** The counts of what corrections change in a result. */
export function countCorrections(effects: readonly CountedEffect[]): Counts {
  const counts = noCounts();
  for (const { item, analyses, facings } of effects) {
    counts.facingsChange += facings;
    if (analyses !== 0) counts.itemAnalysesChange[item ?? ''] = analyses;
    if (facings !== 0) counts.itemFacingsChange[item ?? ''] = facings;
  }
  return counts;
}

/** A quarter of an hour. */
export const bucketMs = 900_000;

/** The key of counts. */
export interface BucketKey {
  organizationId: string;
  /** Start of the quarter of an hour (UTC) in which the analyses were submitted; null: that of the transaction. */
  bucketAt: Date | null;
  taskId: string;
  placeId: string | null;
}

export function bucketOf(time: Date): Date {
  return new Date(Math.floor(time.getTime() / bucketMs) * bucketMs);
}

/** Sums by bucket, task and place. */
export class Tally {
  readonly #sums = new Map<string, { key: BucketKey; counts: Counts }>();

  add(key: BucketKey, counts: Counts, times = 1): void {
    const name = JSON.stringify([key.organizationId, key.bucketAt, key.taskId, key.placeId]);
    const sum = this.#sums.get(name) ?? { key, counts: noCounts() };
    this.#sums.set(name, sum);
    addCounts(sum.counts, counts, times);
  }

  entries(): { key: BucketKey; counts: Counts }[] {
    return [...this.#sums.values()];
  }
}
