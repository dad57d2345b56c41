import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { namedVideoType } from '../images/header/video-type.ts';
import type { Uploaded } from '../images/receiving/received.ts';
import { type Rejected, rejectedFailed, rejectedUnknown } from '../images/receiving/rejected.ts';
import { type Failure, readFailure } from '../shared/failure.ts';
import { addArrivalJobs } from './arrival-jobs.ts';
import { isDirect } from './direct-upload.ts';
import { type UploadRow, uploadExpired } from './upload-row.ts';
import { findUploads } from './uploads.repository.ts';

/**
 * Looks up all uploads that a request names, at once.
 * @param wanted what the request uses them as.
 */
export async function findNamedUploads(
  { db, config }: { db: Kysely<DB>; config: Pick<Config, 'uploadsDirect'> },
  organizationId: string,
  given: readonly GivenId[],
  wanted: 'image' | 'video',
): Promise<(given: GivenId) => Uploaded | Rejected> {
  const uuids = uuidsOf(given);
  const rows = uuids.length > 0 ? await findUploads(db, organizationId, uuids) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const awaited = rows.filter((row) => row.status === 'AWAITING_UPLOAD' && isDirect(config, row)).map(({ id }) => id);
  // A client that uses it has probably sent it, so the worker checks now instead of later.
  if (awaited.length > 0) await db.transaction().execute((trx) => addArrivalJobs(trx, organizationId, awaited, 0));
  return ({ text, uuid }) => {
    const row = byId.get(uuid ?? '');
    if (!row) return rejectedUnknown(text);
    const failure = whyUnusable(row, wanted);
    return failure === null ? { kind: 'uploaded', uploadId: row.id } : rejectedFailed(text, failure);
  };
}

function whyUnusable(upload: UploadRow, wanted: 'image' | 'video'): Failure | null {
  const found = namedVideoType(upload.mime_type) === null ? 'image' : 'video';
  if (found !== wanted) return { code: 'UNSUPPORTED_MEDIA', message: useOf[found], retryable: false };
  return upload.status === 'EXPIRED' ? uploadExpired : readFailure(upload);
}

const useOf = {
  image: 'It is an image. Use it with submitBatch or uploadImages.',
  video: 'It is a video. Use it with analyzeVideo or uploadVideo.',
};
