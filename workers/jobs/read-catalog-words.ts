import {
  addWordsJob,
  insertWords,
  listUnreadPictures,
  type PictureWords,
  type UnreadPicture,
} from '../../src/catalog/words.repository.ts';
import { type WordsModel, wordsModel } from '../../src/catalog/words-model.ts';
import { readCatalogWordsJob } from '../../src/jobs/definitions.ts';
import { wordsOf } from '../../src/recognition/words/words-of.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/** Pictures of one run of the job: half a minute of an engine. Other organisations follow then. */
const mostAtOnce = 50;

/**
 * Reads catalogue pictures of an organisation. One that cannot be read has no words, which the log says; failures of an engine are
 * retried.
 */
export function readCatalogWordsHandler(
  { db, hints, logger, pipelines }: WorkerResources,
  pictures: StoredPictures,
): JobHandler<typeof readCatalogWordsJob> {
  const model = wordsModel(pipelines);

  const read = async (
    organizationId: string,
    { sha256, ...picture }: UnreadPicture,
    { pipeline, version }: WordsModel,
    signal: AbortSignal | undefined,
  ) => {
    const job = { id: picture.imageId, pipeline, priority: readCatalogWordsJob.enginePriority };
    const outcome = await pictures.read({ organizationId, sha256 }, job, signal ? { signal } : {});
    if (!outcome.ok && outcome.failure.retryable)
      throw new Error(`A catalogue picture could not be read: ${outcome.failure.message}`);
    if (!outcome.ok)
      logger.warn({ organizationId, ...picture, ...outcome.failure }, 'A catalogue picture cannot be read.');
    return { ...picture, model: version, words: outcome.ok ? wordsOf(outcome.lines.map(({ text }) => text)) : [] };
  };

  return async ({ organizationId }, { abortSignal }) => {
    if (!model) return;
    const unread = await listUnreadPictures(db, organizationId, model.version, mostAtOnce);
    const found: PictureWords[] = [];
    try {
      for (const picture of unread) found.push(await read(organizationId, picture, model, abortSignal));
    } finally {
      await db.transaction().execute((trx) => insertWords(trx, organizationId, found));
      hints.eventsWritten();
    }
    if (unread.length === mostAtOnce) await db.transaction().execute((trx) => addWordsJob(trx, organizationId));
  };
}
