import type { Kysely, Transaction } from 'kysely';
import type { Config } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { answerOnce, findEarlierAnswer } from '../idempotency/answer-once.ts';
import type { RequestKey } from '../idempotency/idempotency.repository.ts';
import { hashRequest } from '../idempotency/request-hash.ts';
import { newId } from '../ids.ts';
import { sumStoredBytes } from '../images/bytes/stored-bytes.repository.ts';
import { anyMediaType, anyVideoType } from '../images/header/formats.ts';
import { namedMediaType } from '../images/header/media-type.ts';
import { namedVideoType } from '../images/header/video-type.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Plan } from '../organizations/plan.ts';
import type { Resources } from '../resources.ts';
import { MediaError, QuotaExceededError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { mostVideoBytes } from '../videos/receiving.ts';
import { addArrivalJobs } from './arrival-jobs.ts';
import type { UploadRow } from './upload-row.ts';
import { directUploadRule, uploadFieldsRule } from './upload-rule.ts';
import { findUploads, insertUploads } from './uploads.repository.ts';

export interface UploadInput {
  filename: string;
  mimeType: string;
  byteSize?: number | null;
  sha256?: string | null;
}

/**
 * Creates upload targets for files, all or none, in the order of the inputs. A repeated request with the same key gets the targets
 * that were created first, in their current state.
 * @throws ValidationError, MediaError (for the first file that would be rejected for any bytes), QuotaExceededError,
 *   IdempotencyConflictError
 */
export async function createUploads(
  app: Pick<Resources, 'db' | 'config'>,
  organizationId: string,
  inputs: readonly UploadInput[],
  requestKey: RequestKey | null,
): Promise<UploadRow[]> {
  const request = requestKey && { ...requestKey, hash: hashRequest({ uploads: inputs }) };
  const earlier = request && (await findEarlierAnswer<CreatedUploads>(app.db, organizationId, request));
  if (earlier) return readUploads(app.db, organizationId, earlier);
  checkFields(inputs, app.config.uploadsDirect);
  const plan = await getPlan(app.db, organizationId);
  const maxBytes = { image: app.config.maxUploadBytes, video: mostVideoBytes(app.config, plan.maxVideoBytes) };
  inputs.forEach((input, index) => {
    checkMedia(input, `uploads.${index}`, maxBytes);
  });
  await checkQuota(app, organizationId, inputs, plan);
  const { answer } = await app.db
    .transaction()
    .execute((trx) =>
      answerOnce(trx, organizationId, request, () => storeUploads(trx, app.config, organizationId, inputs)),
    );
  return readUploads(app.db, organizationId, answer);
}

/** By then, only very quick clients have sent anything. */
const firstLookSeconds = 1;

interface CreatedUploads {
  /** In the order of the inputs. */
  uploadIds: string[];
}

async function storeUploads(
  trx: Transaction<DB>,
  { uploadsDirect }: Pick<Config, 'uploadsDirect'>,
  organizationId: string,
  inputs: readonly UploadInput[],
): Promise<CreatedUploads> {
  const uploads = inputs.map(({ filename, mimeType, byteSize, sha256 }) => ({
    id: newId(),
    filename,
    mimeType,
    byteSize: byteSize ?? null,
    sha256: sha256?.toLowerCase() ?? null,
  }));
  await insertUploads(trx, organizationId, uploads);
  const uploadIds = uploads.map(({ id }) => id);
  if (uploadsDirect) await addArrivalJobs(trx, organizationId, uploadIds, firstLookSeconds);
  return { uploadIds };
}

const goneIssue: ValidationIssue = {
  path: ['idempotencyKey'],
  message:
    'The uploads that were created with this key have been deleted, and so have their images. Use a new key to create others.',
};

async function readUploads(
  db: Kysely<DB>,
  organizationId: string,
  { uploadIds }: CreatedUploads,
): Promise<UploadRow[]> {
  const byId = new Map((await findUploads(db, organizationId, uploadIds)).map((row) => [row.id, row]));
  // Uploads are deleted after a week, keys after a day; but an upload is also deleted with its image.
  if (uploadIds.some((id) => !byId.has(id))) throw new ValidationError([goneIssue]);
  return uploadIds.map((id) => byId.get(id)!);
}

function checkFields(inputs: readonly UploadInput[], isDirect: boolean): void {
  const issues: ValidationIssue[] = [];
  if (inputs.length === 0) issues.push({ path: ['uploads'], message: 'It is empty. Request at least one upload.' });
  inputs.forEach((input, index) => {
    issues.push(...findIssues(isDirect ? directUploadRule : uploadFieldsRule, input, ['uploads', String(index)]));
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

/** What can be checked before any byte is sent. */
function checkMedia({ mimeType, byteSize }: UploadInput, at: string, maxBytes: { image: number; video: number }): void {
  const kind = namedVideoType(mimeType) !== null ? 'video' : namedMediaType(mimeType) !== null ? 'image' : null;
  if (kind === null)
    throw new MediaError(
      'UNSUPPORTED_MEDIA',
      `${at}: The format "${mimeType.slice(0, 100)}" is not supported. Send ${anyMediaType} for an image, ${anyVideoType} for a video.`,
    );
  const most = maxBytes[kind];
  if (byteSize != null && byteSize > most)
    throw new MediaError(
      'FILE_TOO_LARGE',
      `${at}: The file has ${byteSize} bytes; at most ${most} are allowed. Send a smaller ${kind}.`,
      most,
    );
}

/** Checked again when the bytes arrive: this only saves clients from sending them in vain. */
async function checkQuota(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  inputs: readonly UploadInput[],
  { maxStorageBytes }: Plan,
): Promise<void> {
  if (maxStorageBytes === null) return;
  const used = await sumStoredBytes(db, organizationId);
  const announced = inputs.reduce((sum, { byteSize }) => sum + (byteSize ?? 1), 0);
  if (used + announced > maxStorageBytes) throw new QuotaExceededError(maxStorageBytes, used);
}
