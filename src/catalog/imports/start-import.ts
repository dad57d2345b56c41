import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { answerOnce, findEarlierAnswer } from '../../idempotency/answer-once.ts';
import type { RequestKey } from '../../idempotency/idempotency.repository.ts';
import { hashRequest } from '../../idempotency/request-hash.ts';
import { newId } from '../../ids.ts';
import { discardAll, type Received } from '../../images/receiving/received.ts';
import { findOverQuota } from '../../images/receiving/storage-quota.ts';
import type { ImageSource } from '../../intake/image-source.ts';
import { identityOf, receiveImages } from '../../intake/intake.ts';
import { storeReceived } from '../../intake/store-received.ts';
import { importCatalogJob } from '../../jobs/definitions.ts';
import { addJobs } from '../../jobs/jobs.repository.ts';
import type { FileUpload } from '../../storage/file-upload.ts';
import { readUpload } from '../../storage/read-upload.ts';
import { ValidationError } from '../../user-error.ts';
import { type CatalogResources, maxReferenceImages } from '../create-item.ts';
import { byName, findPictures, type Pictures } from './find-pictures.ts';
import { insertImportRows, type NewImportRow } from './import-rows.repository.ts';
import { type CatalogImportRecord, countImports, findImports, insertImport } from './imports.repository.ts';
import { readCsv, UnreadableCsvError } from './read-csv.ts';
import { readRows } from './read-rows.ts';
import type { ImportedPicture, ImportRow } from './row.ts';

/** Of the CSV file: it is parsed in one go, for half a second at most, while nothing else is served. */
export const maxImportFileBytes = 2_000_000;
export const maxImportRows = 5_000;
/** Of one organisation at a time. A worker does one after the other, so more would only wait. */
const maxRunning = 20;

export interface ImportInput {
  file: Promise<FileUpload>;
  /** Named by the rows. */
  images: readonly Promise<FileUpload>[];
  dryRun: boolean;
}

/**
 * Receives a CSV file with its pictures and creates a RUNNING import, whose job processes the rows. The pictures are stored in the same
 * transaction; what is wrong with a row or a picture is the result of that row and stops no other.
 * @param requestKey makes a repeated request return the import that the first one created; null: none
 * @throws ValidationError for a file that cannot be read at all; IdempotencyConflictError
 */
export async function startImport(
  app: CatalogResources,
  organizationId: string,
  { file, images, dryRun }: ImportInput,
  requestKey: RequestKey | null,
): Promise<CatalogImportRecord> {
  // All files arrive over one connection, so all of them must be read, whatever is wrong with one.
  const sources = images.map((upload): ImageSource => ({ upload }));
  const [bytes, sent] = await Promise.allSettled([readFile(file), receiveImages(app, organizationId, sources)]);
  const received = sent.status === 'fulfilled' ? sent.value : [];
  try {
    if (sent.status === 'rejected') throw sent.reason;
    if (bytes.status === 'rejected') throw bytes.reason;
    const request = requestKey && { ...requestKey, hash: hashImport(bytes.value, sources, received, dryRun) };
    const earlier = request && (await findEarlierAnswer<{ id: string }>(app.db, organizationId, request));
    if (earlier) return await getImport(app, organizationId, earlier.id);
    const rows = readFileRows(bytes.value);
    if ((await countImports(app.db, organizationId, 'RUNNING')) >= maxRunning) throw problem('images', tooManyRunning);
    const pictures = await findPictures(app, organizationId, rows, byName(received));
    const { answer } = await app.db
      .transaction()
      .execute((trx) =>
        answerOnce(trx, organizationId, request, () => store(trx, organizationId, { rows, pictures, dryRun })),
      );
    app.hints.eventsWritten();
    return await getImport(app, organizationId, answer.id);
  } finally {
    // What was kept is no longer there to discard.
    await discardAll(received);
  }
}

/** Identifies an import: by the bytes of its files, and the names by which rows refer to them. */
function hashImport(
  table: Buffer,
  sources: readonly ImageSource[],
  received: readonly Received[],
  dryRun: boolean,
): Buffer {
  const images = received.map((one, index) => ({
    ...identityOf(sources[index]!, one),
    filename: 'filename' in one ? one.filename : null,
  }));
  return hashRequest({ table: createHash('sha256').update(table).digest('hex'), images, dryRun });
}

async function getImport(app: CatalogResources, organizationId: string, id: string): Promise<CatalogImportRecord> {
  const [row] = await findImports(app.db, organizationId, [id]);
  return row!;
}

const tooManyRunning = `${maxRunning} imports are already running. Wait until one of them ends (catalogImportEvents), then retry.`;

function problem(field: 'file' | 'images', message: string): ValidationError {
  return new ValidationError([{ path: [field], message }]);
}

async function readFile(file: Promise<FileUpload>): Promise<Buffer> {
  const bytes = await readUpload(file, maxImportFileBytes);
  if (bytes) return bytes;
  throw problem('file', `The file is larger than ${maxImportFileBytes} bytes. Import it in several parts.`);
}

function readFileRows(bytes: Buffer): ImportRow[] {
  try {
    return readRows(readCsv(bytes, maxImportRows));
  } catch (error) {
    throw error instanceof UnreadableCsvError ? problem('file', error.message) : error;
  }
}

interface Parts {
  rows: readonly ImportRow[];
  pictures: Pictures;
  dryRun: boolean;
}

async function store(
  trx: Transaction<DB>,
  organizationId: string,
  { rows, pictures, dryRun }: Parts,
): Promise<{ id: string }> {
  const checked = rows.map((row) => ({ row, ...checkPictures(row, pictures) }));
  const wanted = [
    ...new Set(
      checked.flatMap(({ problem: found, wanted: own }) => (found === null ? own.filter((one) => one !== null) : [])),
    ),
  ];
  const stored = await storePictures(trx, organizationId, wanted, dryRun);
  const importId = newId();
  const newRows = checked.map((one) => toNewRow(one, stored));
  const failed = newRows.filter(({ message }) => message !== null).length;
  await insertImport(trx, {
    id: importId,
    organization_id: organizationId,
    dry_run: dryRun,
    row_count: rows.length,
    failed_count: failed,
  });
  await insertImportRows(trx, organizationId, importId, newRows);
  await addJobs(trx, importCatalogJob, [{ payload: { organizationId, importId } }]);
  return { id: importId };
}

interface CheckedRow {
  row: ImportRow;
  /** The thumbnail first. */
  wanted: (Received | null)[];
  problem: string | null;
}

function checkPictures(row: ImportRow, pictures: Pictures): Omit<CheckedRow, 'row'> {
  const found = [row.image, ...row.referenceImages].map((cell) => (cell === null ? null : pictures.get(cell)!));
  const faults = found.flatMap((one) => {
    if (typeof one === 'string') return [one];
    return one?.kind === 'rejected' ? [`${one.filename ?? 'The image'}: ${one.error.message}`] : [];
  });
  if (row.referenceImages.length > maxReferenceImages)
    faults.push(`It has ${row.referenceImages.length} reference images; at most ${maxReferenceImages} are allowed.`);
  const problems = [...(row.problem ? [row.problem] : []), ...new Set(faults)];
  const wanted = found.map((one) => (typeof one === 'string' ? null : one));
  return { wanted, problem: problems.length > 0 ? problems.join(' ') : null };
}

/** By picture: what a row notes of it; a text is why it has no place. */
async function storePictures(
  trx: Transaction<DB>,
  organizationId: string,
  wanted: readonly Received[],
  dryRun: boolean,
): Promise<Map<Received, ImportedPicture | string>> {
  const overQuota = await findOverQuota(trx, organizationId, wanted);
  const fitting = wanted.filter((_, index) => overQuota[index] === null);
  const targets = dryRun
    ? []
    : await storeReceived(
        trx,
        organizationId,
        fitting.map((received) => ({ received, inLibrary: false })),
      );
  const noted = new Map<Received, ImportedPicture | string>();
  wanted.forEach((received, index) => {
    const error = overQuota[index];
    if (error) noted.set(received, error.message);
  });
  fitting.forEach((received, index) => {
    noted.set(received, {
      imageId: targets[index]?.imageId ?? (received.kind === 'stored' ? received.imageId : null),
      sha256: received.kind === 'staged' ? received.staged.sha256 : null,
      url: received.kind === 'remote' ? received.url : null,
    });
  });
  return noted;
}

function toNewRow(
  { row, wanted, problem: found }: CheckedRow,
  stored: ReadonlyMap<Received, ImportedPicture | string>,
): NewImportRow {
  const base = { row_number: row.row, custom_id: row.customId, fields: row.fields };
  if (found !== null) return { ...base, pictures: [], message: found };
  const pictures = wanted.map((received) => (received === null ? null : stored.get(received)!));
  const noPlace = pictures.find((picture) => typeof picture === 'string');
  if (noPlace !== undefined) return { ...base, pictures: [], message: noPlace as string };
  return { ...base, pictures: pictures as (ImportedPicture | null)[], message: null };
}
