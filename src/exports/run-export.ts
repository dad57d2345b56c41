import { rm } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { MediaType } from '../shared/media-type.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { readFilter } from './export-filter.ts';
import { findExportedItems } from './export-pages.repository.ts';
import { type ExportPage, readExportPages } from './export-pages.ts';
import { type ExportRow, findExports, succeedExport, type WrittenExport } from './exports.repository.ts';
import { createTextFile, type TextFile } from './text-file.ts';
import { type ExportedVideo, readVideos } from './videos/read-videos.ts';
import { writeVideoCoco } from './videos/write-video-coco.ts';
import { writeVideoCsv } from './videos/write-video-csv.ts';
import { writeVideoJsonl } from './videos/write-video-jsonl.ts';
import { writeCoco } from './write-coco.ts';
import { writeCsv } from './write-csv.ts';
import { writeJsonl } from './write-jsonl.ts';

interface ExportParts {
  db: Kysely<DB>;
  blobs: BlobStore;
}

/**
 * Writes the file of a RUNNING export and stores it; does nothing if the export has ended. When it is called again, it starts from
 * the beginning: the file of an interrupted worker is swept with other temporary files.
 * @throws the signal's reason when it is aborted, and any error of writing
 */
export async function runExport(
  { db, blobs }: ExportParts,
  { organizationId, exportId }: { organizationId: string; exportId: string },
  signal: AbortSignal,
): Promise<void> {
  const [row] = await findExports(db, organizationId, [exportId]);
  if (row?.status !== 'RUNNING') return;
  const path = blobs.temporaryFile();
  try {
    const written = await write(db, blobs, row, path, signal);
    await blobs.put({ organizationId, exportId }, path);
    await succeedExport(db, organizationId, exportId, written);
  } finally {
    await rm(path, { force: true });
  }
}

async function write(
  db: Kysely<DB>,
  blobs: BlobStore,
  row: ExportRow,
  path: string,
  signal: AbortSignal,
): Promise<WrittenExport> {
  const file = await createTextFile(path);
  try {
    const rows = await writers[row.media_type][row.format]({ db, blobs, row, file, signal });
    return { byteSize: file.byteSize, rows };
  } finally {
    await file.close();
  }
}

interface Writing {
  db: Kysely<DB>;
  blobs: BlobStore;
  row: ExportRow;
  file: TextFile;
  signal: AbortSignal;
}

/** Of each type of media, in each format. They return the number of records. */
const writers: Record<MediaType, Record<ExportRow['format'], (writing: Writing) => Promise<number>>> = {
  IMAGE: {
    CSV: (writing) => writeCsv(readImages(writing), writing.file, optionsOf(writing)),
    JSONL: (writing) => writeJsonl(readImages(writing), writing.file),
    COCO: (writing) =>
      withAsides(writing.blobs, ['annotations'], ({ annotations: aside }) =>
        writeCoco(readImages(writing), { file: writing.file, aside, findItems: findItemsOf(writing) }),
      ),
  },
  VIDEO: {
    CSV: (writing) => writeVideoCsv(readVideosOf(writing), writing.file, optionsOf(writing)),
    JSONL: (writing) => writeVideoJsonl(readVideosOf(writing), writing.file),
    COCO: (writing) =>
      withAsides(writing.blobs, ['annotations', 'tracks', 'videos'], (asides) =>
        writeVideoCoco(readVideosOf(writing), { file: writing.file, asides, findItems: findItemsOf(writing) }),
      ),
  },
};

function readImages({ db, row, signal }: Writing): AsyncIterable<ExportPage> {
  const { id, basis, organization_id: organizationId } = row;
  return readExportPages({ db, organizationId, export: { id, filter: readFilter(row.filter), basis } }, signal);
}

function readVideosOf({ db, row, signal }: Writing): AsyncIterable<ExportedVideo> {
  const { id, organization_id: organizationId } = row;
  return readVideos({ db, organizationId, export: { id, filter: readFilter(row.filter) } }, signal);
}

function optionsOf({ row }: Writing): { byteOrderMark: boolean } {
  return { byteOrderMark: row.byte_order_mark };
}

function findItemsOf({ db, row }: Writing) {
  return (ids: readonly string[]) => findExportedItems(db, row.organization_id, ids);
}

/** Files for parts of a document that come later in it, while it is written. */
async function withAsides<Name extends string>(
  blobs: BlobStore,
  names: readonly Name[],
  use: (asides: Record<Name, TextFile>) => Promise<number>,
): Promise<number> {
  const files: [Name, TextFile][] = [];
  try {
    for (const name of names) files.push([name, await createTextFile(blobs.temporaryFile())]);
    return await use(Object.fromEntries(files) as Record<Name, TextFile>);
  } finally {
    for (const [, aside] of files) {
      await aside.close();
      await rm(aside.path, { force: true });
    }
  }
}
