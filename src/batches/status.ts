import { type AnalysisStatus, batchCounters } from '../analyses/life.ts';

export type BatchStatus = 'PROCESSING' | 'PARTIAL' | 'COMPLETED';

export interface BatchCounts {
  total: number;
  completed: number;
  failed: number;
  canceled: number;
  expired: number;
}

/** The counters of a batch whose analyses stand so. */
export function countStatuses(statuses: readonly AnalysisStatus[]): BatchCounts {
  const counts = { total: statuses.length, completed: 0, failed: 0, canceled: 0, expired: 0 };
  const counters: Partial<Record<AnalysisStatus, keyof BatchCounts>> = batchCounters;
  for (const status of statuses) {
    const counter = counters[status];
    if (counter) counts[counter] += 1;
  }
  return counts;
}

/** How many have ended, whatever the end. */
export function endedCount(counts: BatchCounts): number {
  return counts.completed + counts.failed + counts.canceled + counts.expired;
}

/** PROCESSING: all still run. PARTIAL: some have ended. COMPLETED: all have ended. */
export function batchStatus(counts: BatchCounts): BatchStatus {
  const ended = endedCount(counts);
  if (ended === counts.total) return 'COMPLETED';
  return ended === 0 ? 'PROCESSING' : 'PARTIAL';
}

/**
 * Seconds until the last image has ended, at the pace since the first; null before there is a pace, or after the end.
 */
export function etaSeconds(counts: BatchCounts, elapsedSeconds: number): number | null {
  const ended = endedCount(counts);
  if (ended === 0 || ended === counts.total) return null;
  return (elapsedSeconds / ended) * (counts.total - ended);
}
