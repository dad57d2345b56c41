import { inLogOrder } from '../events/order.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import type { Resources } from '../resources.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { moveVideoAnalyses } from '../video-analyses/life.repository.ts';
import type { VideoAnalysisRow } from '../video-analyses/row.ts';
import { findVideoAnalyses, listOpenOfTask } from '../video-analyses/video-analyses.repository.ts';

export type CancelVideoResult = VideoAnalysisRow | NotFoundError | ConflictError;

type App = Pick<Resources, 'db' | 'hints'>;

/**
 * Cancels video analyses that have not ended, in the order of the ids; one that has ended gives ConflictError. What was analysed before
 * stays. Workers are notified after the commit, and end the decoder.
 */
export async function cancelVideos(
  app: App,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<CancelVideoResult[]> {
  const { canceled, rows } = await inLogOrder(app.db, async (trx) => {
    const known = await findVideoAnalyses(trx, organizationId, uuidsOf(ids));
    const made = await moveVideoAnalyses(
      trx,
      known.map(({ id }) => ({ id, to: 'CANCELED' })),
    );
    return { canceled: new Set(made), rows: await findVideoAnalyses(trx, organizationId, uuidsOf(ids)) };
  });
  if (canceled.size > 0) {
    app.hints.eventsWritten();
    app.hints.jobsCanceled();
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map(({ uuid, text }) => {
    const row = byId.get(uuid ?? '');
    if (!row) return new NotFoundError(text);
    return canceled.has(row.id) ? row : new ConflictError(`The analysis has already ended: it is ${row.status}.`);
  });
}

/** Cancels those of a task that have not ended. @returns the cancelled ones, in the order of submission */
export async function cancelVideosOfTask(
  app: App,
  organizationId: string,
  { uuid }: GivenId,
): Promise<CancelVideoResult[]> {
  if (uuid === null) return [];
  const ids = await listOpenOfTask(app.db, organizationId, uuid);
  const results = await cancelVideos(
    app,
    organizationId,
    ids.map((id) => ({ text: id, uuid: id })),
  );
  // Those that ended meanwhile were not named individually.
  return results.filter((result) => !(result instanceof Error));
}
