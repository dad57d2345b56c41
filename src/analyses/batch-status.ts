import { type AnalysisStatus, batchCounters } from './life.ts';

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
 * Seconds until the last image has ended, at the pace up to the latest end; null before there is a pace, or after the end. It falls while
 * nothing ends, instead of climbing with the time since the submission, down to 0 when the pace is not kept.
 * @param progressedSeconds from the submission to the latest end
 * @param elapsedSeconds from the submission until now
 */
export function etaSeconds(counts: BatchCounts, progressedSeconds: number, elapsedSeconds: number): number | null {
  const ended = endedCount(counts);
  if (ended === 0 || ended === counts.total) return null;
  const left = (progressedSeconds / ended) * (counts.total - ended);
  return Math.max(0, left - (elapsedSeconds - progressedSeconds));
}
