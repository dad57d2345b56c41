import { rm } from 'node:fs/promises';
import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { readFilter } from './export-filter.ts';
import { findExportedItems } from './export-pages.repository.ts';
import { type ExportSource, readExportPages } from './export-pages.ts';
import { type ExportRow, findExports, succeedExport, type WrittenExport } from './exports.repository.ts';
import { createTextFile, type TextFile } from './text-file.ts';
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
  const source = {
    db,
    organizationId: row.organization_id,
    export: { id: row.id, filter: readFilter(row.filter), basis: row.basis },
    byteOrderMark: row.byte_order_mark,
  };
  const file = await createTextFile(path);
  try {
    const rows = await writers[row.format](source, file, blobs, signal);
    return { byteSize: file.byteSize, rows };
  } finally {
    await file.close();
  }
}

const writers = {
  CSV: (source, file, _blobs, signal) => writeCsv(readExportPages(source, signal), file, source),
  JSONL: (source, file, _blobs, signal) => writeJsonl(readExportPages(source, signal), file),
  COCO: async (source, file, blobs, signal) => {
    const aside = await createTextFile(blobs.temporaryFile());
    try {
      const findItems = (ids: readonly string[]) => findExportedItems(source.db, source.organizationId, ids);
      return await writeCoco(readExportPages(source, signal), { file, aside, findItems });
    } finally {
      await aside.close();
      await rm(aside.path, { force: true });
    }
  },
} satisfies Record<
  ExportRow['format'],
  (
    source: ExportSource & { byteOrderMark: boolean },
    file: TextFile,
    blobs: BlobStore,
    signal: AbortSignal,
  ) => Promise<number>
>;
