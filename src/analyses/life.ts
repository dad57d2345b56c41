import type { Failure, FailureCode } from '../shared/failure.ts';

/**
 * The life of an analysis: which states there are and which moves between them are allowed.
 *
 *   AWAITING_UPLOAD ─▶ QUEUED ─▶ RUNNING ─▶ SUCCEEDED
 *          │              │  ▲       │
 *          │              │  └───────┤ (its worker died: lease lost)
 *          ▼              ▼          ▼
 *   FAILED EXPIRED   FAILED      FAILED
 *   CANCELED         CANCELED    CANCELED
 *
 * The SQL that makes the moves and writes their events is in life.repository.ts; nothing else changes `analysis.status`.
 */
export const analysisStatuses = [
  'AWAITING_UPLOAD',
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELED',
  'EXPIRED',
] as const;

export type AnalysisStatus = (typeof analysisStatuses)[number];

const moves: Record<AnalysisStatus, readonly AnalysisStatus[]> = {
  AWAITING_UPLOAD: ['QUEUED', 'FAILED', 'EXPIRED', 'CANCELED'],
  QUEUED: ['RUNNING', 'FAILED', 'CANCELED'],
  RUNNING: ['SUCCEEDED', 'FAILED', 'CANCELED', 'QUEUED'],
  SUCCEEDED: [],
  FAILED: [],
  CANCELED: [],
  EXPIRED: [],
};

export function mayMove(from: AnalysisStatus, to: AnalysisStatus): boolean {
  return moves[from].includes(to);
}

/** Whether an analysis in this state never changes again. */
export function isTerminal(status: AnalysisStatus): boolean {
  return moves[status].length === 0;
}

export const openStatuses = analysisStatuses.filter((status) => !isTerminal(status));

/** The batch counter that a terminal status increases. */
export const batchCounters = {
  SUCCEEDED: 'completed',
  FAILED: 'failed',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
} as const satisfies Partial<Record<AnalysisStatus, string>>;

export type TerminalStatus = keyof typeof batchCounters;

/** Failures that are the server's fault, not the picture's. */
const serverFaults: readonly FailureCode[] = ['INTERNAL', 'ENGINE_CRASHED', 'MODEL_UNAVAILABLE', 'VIDEO_UNAVAILABLE'];

/**
 * Whether an analysis that makes this move costs no credit: it ended before an engine began it, or through a fault that is not the
 * picture's. If an engine has processed a faulty picture, it costs a credit.
 */
export function costsNothing(from: AnalysisStatus, to: AnalysisStatus, failure?: Failure): boolean {
  if (!isTerminal(to)) return false;
  return from !== 'RUNNING' || (failure !== undefined && serverFaults.includes(failure.code));
}

/** Numeric priorities for the database and the job queue: smaller runs first. */
export const priorities = { INTERACTIVE: -10, NORMAL: 0, BULK: 10 } as const;
export type Priority = keyof typeof priorities;

export function priorityName(value: number): Priority {
  return value < priorities.NORMAL ? 'INTERACTIVE' : value > priorities.NORMAL ? 'BULK' : 'NORMAL';
}

/** The number of analyses per wake token: enough to keep an engine busy, few enough to be shared fairly. */
export const chunkSize = 32;
