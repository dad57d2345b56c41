import type { Selectable } from 'kysely';
import type { DB } from '../database/types.generated.ts';

export type VideoStatus = Selectable<DB['video']>['status'];

/**
 * The life of a video, up to when it can be analysed.
 *
 *   AWAITING_UPLOAD ─┬─▶ PROBING ──▶ READY
 *   FETCHING ────────┘      │
 *        │                  │
 *        ▼                  ▼
 *      FAILED             FAILED
 *
 * PROBING: a worker reads the header, in a decoder of its own, because the api never opens a video. The SQL that makes the moves is in
 * life.repository.ts; nothing else changes `video.status`.
 */
const moves: Record<VideoStatus, readonly VideoStatus[]> = {
  AWAITING_UPLOAD: ['PROBING', 'FAILED'],
  FETCHING: ['PROBING', 'FAILED'],
  PROBING: ['READY', 'FAILED'],
  FAILED: [],
  READY: [],
};

export function mayMove(from: VideoStatus, to: VideoStatus): boolean {
  return moves[from].includes(to);
}
