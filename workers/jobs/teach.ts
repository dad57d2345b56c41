import { createReadStream } from 'node:fs';
import { discardAll } from '../../src/images/receiving/received.ts';
import { stagePicture } from '../../src/images/receiving/stage-picture.ts';
import { teachJob } from '../../src/jobs/definitions.ts';
import { findTeaching, type TeachingCorrection } from '../../src/teaching/crops.repository.ts';
import { type Cut, storeTaught } from '../../src/teaching/store-taught.ts';
import { QuotaExceededError } from '../../src/user-error.ts';
import { removeFiles } from '../derived-pictures.ts';
import type { JobHandler } from '../job-handler.ts';
import type { WorkerResources } from '../resources.ts';
import type { StoredPictures } from '../stored-pictures.ts';

/**
 * Cuts what corrections are about out of their pictures, and stores it as pictures of items and as counter-examples. A picture that
 * cannot be decoded, or for which the plan has no room, teaches nothing, which the log says; other failures are retried.
 */
export function teachHandler(resources: WorkerResources, pictures: StoredPictures): JobHandler<typeof teachJob> {
  const { db, logger } = resources;
  return async ({ organizationId, correctionIds }, { job, abortSignal }) => {
    const corrections = await findTeaching(db, organizationId, correctionIds);
    for (const [sha256, ofPicture] of Map.groupBy(corrections, (correction) => correction.sha256)) {
      const key = { organizationId, sha256 };
      const files = ofPicture.map(() => resources.blobs.temporaryFile());
      const cuts: Cut[] = [];
      try {
        const outcome = await pictures.render(
          key,
          cutting(ofPicture, files),
          abortSignal ? { signal: abortSignal } : {},
        );
        if (!outcome.ok && outcome.failure.retryable && job.attempts < job.max_attempts)
          throw new Error(`What a correction teaches could not be cut out: ${outcome.failure.message}`);
        if (!outcome.ok) {
          logger.warn({ ...key, ...outcome.failure }, 'A picture cannot be decoded, so its corrections teach nothing.');
          continue;
        }
        for (const [index, correction] of ofPicture.entries()) {
          const staged = await stagePicture(resources, organizationId, () => createReadStream(files[index]!), null);
          if (staged.kind === 'staged') cuts.push({ correction, staged });
        }
        await db.transaction().execute((trx) => storeTaught(trx, organizationId, cuts));
      } catch (error) {
        if (!(error instanceof QuotaExceededError)) throw error;
        logger.warn({ ...key, limitBytes: error.limit }, 'The plan has no room for what corrections teach.');
      } finally {
        await discardAll(cuts.map(({ staged }) => staged));
        await removeFiles(files.map((target) => ({ target })));
      }
    }
  };
}

/** One rendition for each correction, as wide as the crop. */
function cutting(corrections: readonly TeachingCorrection[], files: readonly string[]) {
  return {
    id: corrections[0]!.id,
    view: {
      kind: 'regions' as const,
      boxes: corrections.map(({ box: [x, y, width, height] }) => ({ x, y, width, height })),
    },
    renditions: files.map((target) => ({ width: null, target })),
    priority: teachJob.enginePriority,
  };
}
