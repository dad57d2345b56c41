import type { Selectable } from 'kysely';
import type { DB } from '../database/types.generated.ts';

export type ImageStatus = Selectable<DB['image']>['status'];
export type IndexingStatus = Selectable<DB['image']>['indexing_status'];

/**
 * The life of an image: where its bytes are, and which moves are allowed.
 *
 *   AWAITING_UPLOAD ──▶ READY ◀── FETCHING
 *        │  ▲                      │  ▲
 *        ▼  │ (upload renewed)     ▼  │ (run again)
 *        FAILED                    FAILED
 *
 * The SQL that makes the moves and writes their events is in life.repository.ts; nothing else changes `image.status` or
 * `image.indexing_status`.
 */
const moves: Record<ImageStatus, readonly ImageStatus[]> = {
  AWAITING_UPLOAD: ['READY', 'FAILED'],
  FETCHING: ['READY', 'FAILED'],
  FAILED: ['AWAITING_UPLOAD', 'FETCHING'],
  READY: [],
};

export function mayMove(from: ImageStatus, to: ImageStatus): boolean {
  return moves[from].includes(to);
}

/** Whether its bytes are on their way. */
export function isAwaited(status: ImageStatus): boolean {
  return mayMove(status, 'READY');
}

/**
 * What a move does to making the image searchable: without bytes it has failed, and it is due again when they are awaited
 * again. Whether a picture that is READY is INDEXED or FAILED is for the embedder to say.
 */
export function indexingAfter(to: ImageStatus, indexing: IndexingStatus): IndexingStatus {
  if (to === 'FAILED') return indexing === 'INDEXING' ? 'FAILED' : indexing;
  if (to === 'READY') return indexing;
  return indexing === 'FAILED' ? 'INDEXING' : indexing;
}

/** What a new image begins with. One whose picture cannot be used was never to be searchable. */
export function firstIndexing(status: ImageStatus, isToBeIndexed: boolean): IndexingStatus {
  return isToBeIndexed && status !== 'FAILED' ? 'INDEXING' : 'NOT_INDEXED';
}

/**
 * The indexing status of a stored image after a request to make it searchable. That does not help an image without bytes, or one whose
 * picture cannot be decoded: it would fail again.
 * @returns null: it cannot be made searchable.
 */
export function indexingOnRequest(image: {
  status: ImageStatus;
  indexing_status: IndexingStatus;
  failure_retryable: boolean | null;
}): 'INDEXING' | 'INDEXED' | null {
  const { status, indexing_status: indexing } = image;
  if (indexing === 'INDEXED' || indexing === 'INDEXING') return indexing;
  if (status === 'FAILED') return null;
  return indexing === 'NOT_INDEXED' || image.failure_retryable === true ? 'INDEXING' : null;
}

/** Whether nothing more happens to an image unless somebody asks for it. A deleted one (null) is settled, too. */
export function isImageSettled(image: { status: ImageStatus | null; indexingStatus: IndexingStatus | null }): boolean {
  return (image.status === null || !isAwaited(image.status)) && image.indexingStatus !== 'INDEXING';
}
