import { newId } from '../ids.ts';
import { sumBlobBytes } from '../images/blobs.repository.ts';
import { mediaTypes, namedMediaType } from '../images/media-type.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { MediaError, QuotaExceededError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import type { UploadRow } from './upload-row.ts';
import { uploadFieldsRule } from './upload-rule.ts';
import { findUploads, insertUploads } from './uploads.repository.ts';

export interface UploadInput {
  filename: string;
  mimeType: string;
  byteSize?: number | null;
  sha256?: string | null;
}

/**
 * Makes places for the bytes of files, all or none, in the order of the inputs.
 * @throws ValidationError, MediaError (for the first file that would be refused whatever its bytes), QuotaExceededError
 */
export async function createUploads(
  app: Pick<Resources, 'db' | 'config'>,
  organizationId: string,
  inputs: readonly UploadInput[],
): Promise<UploadRow[]> {
  checkFields(inputs);
  inputs.forEach((input, index) => {
    checkMedia(input, `uploads.${index}`, app.config.maxUploadBytes);
  });
  await checkQuota(app, organizationId, inputs);
  const uploads = inputs.map(({ filename, mimeType, byteSize, sha256 }) => ({
    id: newId(),
    filename,
    mimeType,
    byteSize: byteSize ?? null,
    sha256: sha256?.toLowerCase() ?? null,
  }));
  await insertUploads(app.db, organizationId, uploads);
  const rows = await findUploads(
    app.db,
    organizationId,
    uploads.map(({ id }) => id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return uploads.map(({ id }) => byId.get(id)!);
}

function checkFields(inputs: readonly UploadInput[]): void {
  const issues: ValidationIssue[] = [];
  if (inputs.length === 0) issues.push({ path: ['uploads'], message: 'There is no upload. Ask for at least one.' });
  inputs.forEach((input, index) => {
    issues.push(...findIssues(uploadFieldsRule, input, ['uploads', String(index)]));
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

/** What can be told before a byte was sent. */
function checkMedia({ mimeType, byteSize }: UploadInput, at: string, maxBytes: number): void {
  if (namedMediaType(mimeType) === null)
    throw new MediaError(
      'UNSUPPORTED_MEDIA',
      `${at}: The type "${mimeType.slice(0, 100)}" is not read. Send one of ${mediaTypes.join(', ')}.`,
    );
  if (byteSize != null && byteSize > maxBytes)
    throw new MediaError(
      'FILE_TOO_LARGE',
      `${at}: The file has ${byteSize} bytes; at most ${maxBytes} are taken. Send a smaller one.`,
      maxBytes,
    );
}

/** Counted again when the bytes come: this only spares clients that send them for nothing. */
async function checkQuota(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  inputs: readonly UploadInput[],
): Promise<void> {
  const { maxStorageBytes } = await getPlan(db, organizationId);
  if (maxStorageBytes === null) return;
  const used = await sumBlobBytes(db, organizationId);
  const announced = inputs.reduce((sum, { byteSize }) => sum + (byteSize ?? 1), 0);
  if (used + announced > maxStorageBytes) throw new QuotaExceededError(maxStorageBytes, used);
}
