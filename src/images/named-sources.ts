import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { FetchError } from '../fetching/fetch-error.ts';
import { checkUrl } from '../fetching/url-policy.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { type Failure, readFailure } from '../shared/failure.ts';
import { addArrivalJobs } from '../uploads/arrival-jobs.ts';
import { isDirect } from '../uploads/direct-upload.ts';
import { findUploads } from '../uploads/uploads.repository.ts';
import { findImageSources } from './images.repository.ts';
import type { ImageSource, Remote, Stored, Uploaded } from './intake.ts';
import { type Rejected, rejectedFailed, rejectedPicture, rejectedUnknown } from './rejected.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/** Looks all image ids up at once and answers for each. */
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

/** Looks all upload ids up at once and answers for each. */
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
  // Who uses it has probably sent it: the worker looks now, not when its turn comes.
  if (awaited.length > 0) await db.transaction().execute((trx) => addArrivalJobs(trx, organizationId, awaited, 0));
  return ({ text, uuid }) => {
    const row = uuid === null ? undefined : byId.get(uuid);
    if (!row) return rejectedUnknown(text);
    const failure = row.status === 'EXPIRED' ? uploadExpired : readFailure(row);
    return failure === null ? { kind: 'uploaded', uploadId: row.id } : rejectedFailed(text, failure);
  };
}

/** Of an image whose bytes never came, and of what is to be made of an upload that is over. */
export const uploadExpired: Failure = {
  code: 'DOWNLOAD_FAILED',
  message:
    'The bytes of the upload did not arrive in time. Renew the upload or create another, and send the bytes before it expires.',
  retryable: true,
};

/** What can be said of a URL here: the rest is said by the worker that fetches it. */
export function receiveUrl(url: string, policy: Config['urlIngest']): Remote | Rejected {
  try {
    if (policy === null) throw new UnusablePictureError('URL_NOT_ALLOWED', fetchingOff);
    const parsed = URL.parse(url);
    if (parsed === null) throw new UnusablePictureError('URL_NOT_ALLOWED', notAUrl);
    checkUrl(parsed, policy);
    return { kind: 'remote', url };
  } catch (error) {
    if (error instanceof UnusablePictureError) return rejectedPicture(error, null);
    if (error instanceof FetchError)
      return rejectedPicture(new UnusablePictureError('URL_NOT_ALLOWED', error.message), null);
    throw error;
  }
}

const fetchingOff =
  'This server does not fetch from URLs. Send the image itself, or ask the operator to set URL_INGEST=on.';

const notAUrl = 'The text is not a URL. Send an absolute one, for example https://example.com/shelf.jpg.';
