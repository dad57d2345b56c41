import { inLogOrder } from '../events/order.ts';
import type { GivenId } from '../given-id.ts';
import { encodeId } from '../ids.ts';
import { removeBytes } from '../images/bytes/remove-bytes.ts';
import { discardAll } from '../images/receiving/received.ts';
import type { Resources } from '../resources.ts';
import { NotFoundError, ValidationError } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { checkMetadata } from '../validation/metadata.ts';
import { mediaFieldsRule } from '../validation/rules.ts';
import { deleteVideo } from '../videos/delete-video.ts';
import { findVideos, type VideoRow } from '../videos/videos.repository.ts';
import { receiveVideos } from './receive-videos.ts';
import { storeVideos } from './store-videos.ts';
import type { VideoFields, VideoSource } from './video-input.ts';

type App = Pick<Resources, 'db' | 'blobs' | 'config' | 'hints' | 'logger'>;

/**
 * Stores a video. An existing one does not change.
 * @throws ValidationError, MediaError, NotFoundError, QuotaExceededError
 */
export async function uploadVideo(
  app: App,
  organizationId: string,
  { source, fields }: { source: VideoSource; fields: VideoFields },
): Promise<VideoRow> {
  const received = await receiveVideos(app, organizationId, [source]);
  try {
    const [only] = received;
    const issues = [
      ...findIssues(mediaFieldsRule, fields, ['input']),
      ...checkMetadata(fields.metadata, ['input', 'metadata']),
    ];
    if (issues.length > 0) throw new ValidationError(issues);
    if (only!.kind === 'rejected') throw only!.error;
    const [target] = await inLogOrder(app.db, (trx) => storeVideos(trx, organizationId, [{ received: only!, fields }]));
    const { videoId } = target!;
    const [video] = await findVideos(app.db, organizationId, [videoId]);
    if (!video) throw new NotFoundError(encodeId('video', videoId));
    return video;
  } finally {
    await discardAll(received);
  }
}

export interface DeletedVideo {
  id: string;
  /** Analyses that keep their results without the video. */
  analysesKept: number;
}

/**
 * Deletes videos with their bytes and all pictures made from them, each independently, in the order of the ids. Analyses that have not
 * ended are FAILED; the others keep their results.
 */
export async function deleteVideos(
  app: App,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<(DeletedVideo | NotFoundError)[]> {
  const results: (DeletedVideo | NotFoundError)[] = [];
  for (const { text, uuid } of ids) {
    const deletion = uuid === null ? null : await inLogOrder(app.db, (trx) => deleteVideo(trx, organizationId, uuid));
    if (deletion === null) {
      results.push(new NotFoundError(text));
      continue;
    }
    if (deletion.sha256 !== null) await removeBytes(app, organizationId, [deletion.sha256]);
    results.push({ id: uuid!, analysesKept: deletion.analysesKept });
  }
  app.hints.eventsWritten();
  // Workers may be decoding them.
  app.hints.jobsCanceled();
  return results;
}
