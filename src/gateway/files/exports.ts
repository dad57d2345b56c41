import { encodeId } from '../../ids.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { findStoredExport } from './files.repository.ts';
import { type FileHandler, linkRoute } from './link-route.ts';
import { sendFile } from './send-file.ts';

/** How the file of an export is served, by its format. */
const fileTypes = {
  COCO: { extension: 'coco.json', mimeType: 'application/json' },
  CSV: { extension: 'csv', mimeType: 'text/csv; charset=utf-8; header=present' },
  JSONL: { extension: 'jsonl', mimeType: 'application/x-ndjson' },
} as const;

/** `GET|HEAD /exports/<id>?…`: the file of an export. */
export function createExportRoute(app: Resources): FileHandler {
  return linkRoute(app, 'export', async (exchange, { id: exportId }) => {
    const { res } = exchange;
    const stored = await findStoredExport(app.db, exportId);
    if (stored === null)
      return respondError(
        res,
        410,
        'GONE',
        'The file has been deleted because its retention period has ended. Request a new export.',
      );
    const { mimeType, extension } = fileTypes[stored.format];
    res.setHeader('content-type', mimeType);
    res.setHeader('content-disposition', `attachment; filename="${encodeId('export', exportId)}.${extension}"`);
    res.setHeader('cache-control', 'private, max-age=3600');
    const key = { organizationId: stored.organizationId, exportId };
    await sendFile(app, exchange, { key, etag: `"${exportId}"`, byteSize: stored.byteSize });
  });
}
