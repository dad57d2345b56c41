import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { namedVideoType } from '../images/header/video-type.ts';
import { findImageSources } from '../images/images.repository.ts';
import type { Stored, Uploaded } from '../images/receiving/received.ts';
import { type Rejected, rejectedFailed, rejectedUnknown } from '../images/receiving/rejected.ts';
import { type Failure, readFailure } from '../shared/failure.ts';
import { addArrivalJobs } from '../uploads/arrival-jobs.ts';
import { isDirect } from '../uploads/direct-upload.ts';
import { uploadExpired } from '../uploads/upload-row.ts';
import { findUploads } from '../uploads/uploads.repository.ts';
import type { ImageSource } from './image-source.ts';

/** Looks up all image ids at once. */
export async function findStored(
  db: Kysely<DB>,
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<(given: GivenId) => Stored | Rejected> {
  const given = sources.flatMap((source) => ('imageId' in source ? [source.imageId] : []));
  const uuids = uuidsOf(given);
  const rows = uuids.length > 0 ? await findImageSources(db, organizationId, uuids) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ text, uuid }) => {
    const row = uuid === null ? undefined : byId.get(uuid);
    if (!row) return rejectedUnknown(text);
    const failure = readFailure(row);
    if (failure !== null) return rejectedFailed(text, failure);
    return { kind: 'stored', imageId: row.id, isReady: row.status === 'READY' };
  };
}

const isVideo: Failure = {
  code: 'UNSUPPORTED_MEDIA',
  message: 'The upload is a video. Use it with analyzeVideo or uploadVideo.',
  retryable: false,
};

/** Looks up all upload ids at once. */
export async function findUploaded(
  { db, config }: { db: Kysely<DB>; config: Pick<Config, 'uploadsDirect'> },
  organizationId: string,
  sources: readonly ImageSource[],
): Promise<(given: GivenId) => Uploaded | Rejected> {
  const given = sources.flatMap((source) => ('uploadId' in source ? [source.uploadId] : []));
  const uuids = uuidsOf(given);
  const rows = uuids.length > 0 ? await findUploads(db, organizationId, uuids) : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const awaited = rows.filter((row) => row.status === 'AWAITING_UPLOAD' && isDirect(config, row)).map(({ id }) => id);
  // A client that uses it has probably sent it, so the worker checks now instead of later.
  if (awaited.length > 0) await db.transaction().execute((trx) => addArrivalJobs(trx, organizationId, awaited, 0));
  return ({ text, uuid }) => {
    const row = uuid === null ? undefined : byId.get(uuid);
    if (!row) return rejectedUnknown(text);
    if (namedVideoType(row.mime_type) !== null) return rejectedFailed(text, isVideo);
    const failure = row.status === 'EXPIRED' ? uploadExpired : readFailure(row);
    return failure === null ? { kind: 'uploaded', uploadId: row.id } : rejectedFailed(text, failure);
  };
}
