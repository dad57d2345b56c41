/** How much of the log a process keeps and hands out at a time. */
export interface HubLimits {
  /** Events of the log in memory, about 500 bytes each. Default 10,000. */
  ringEvents: number;
  /** Undelivered events of one subscriber. Default 1,000. */
  queuedEvents: number;
  /** Events read at a time, by the tailer and by a replay. Default 500. */
  pageEvents: number;
  /** How often the tailer looks without a hint. Default 500. */
  pollMs: number;
}

export const defaultLimits: HubLimits = { ringEvents: 10_000, queuedEvents: 1_000, pageEvents: 500, pollMs: 500 };

/** Running totals, except `subscribers`, `ringEvents` and `horizonLagSeconds`, which are current values. */
export interface HubStats {
  subscribers: number;
  ringEvents: number;
  eventsRead: number;
  /** Queues that were full, so that their streams had to continue from memory. */
  queueOverflows: number;
  /** Streams cut off because they fell behind what memory holds. */
  tooSlow: number;
  /** How long the oldest committed event has been waiting for a slower transaction; 0 while there are no subscribers. */
  horizonLagSeconds: number;
}

export function emptyStats(): HubStats {
  return { subscribers: 0, ringEvents: 0, eventsRead: 0, queueOverflows: 0, tooSlow: 0, horizonLagSeconds: 0 };
}
