import { type AnalysisStatus, batchCounters } from './life.ts';

export type BatchStatus = 'PROCESSING' | 'PARTIAL' | 'COMPLETED';

export interface BatchCounts {
  total: number;
  completed: number;
  failed: number;
  canceled: number;
  expired: number;
}

/** The counters of a batch whose analyses have these states. */
export function countStatuses(statuses: readonly AnalysisStatus[]): BatchCounts {
  const counts = { total: statuses.length, completed: 0, failed: 0, canceled: 0, expired: 0 };
  const counters: Partial<Record<AnalysisStatus, keyof BatchCounts>> = batchCounters;
  for (const status of statuses) {
    const counter = counters[status];
    if (counter) counts[counter] += 1;
  }
  return counts;
}

/** How many have ended, with any outcome. */
export function endedCount(counts: BatchCounts): number {
  return counts.completed + counts.failed + counts.canceled + counts.expired;
}

/** PROCESSING: none has ended. PARTIAL: some have ended. COMPLETED: all have ended. */
export function batchStatus(counts: BatchCounts): BatchStatus {
  const ended = endedCount(counts);
  if (ended === counts.total) return 'COMPLETED';
  return ended === 0 ? 'PROCESSING' : 'PARTIAL';
}

/**
 * Seconds until the last image ends, at the average speed up to the latest end; null before the first has ended, and after the last
 * has. While nothing ends it decreases, to 0 at least, instead of growing with the time since the submission.
 * @param progressedSeconds from the submission to the latest end
 * @param elapsedSeconds from the submission until now
 */
export function etaSeconds(counts: BatchCounts, progressedSeconds: number, elapsedSeconds: number): number | null {
  const ended = endedCount(counts);
  if (ended === 0 || ended === counts.total) return null;
  const left = (progressedSeconds / ended) * (counts.total - ended);
  return Math.max(0, left - (elapsedSeconds - progressedSeconds));
}
