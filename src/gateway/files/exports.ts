import { decodeId, encodeId } from '../../ids.ts';
import type { Resources } from '../../resources.ts';
import { checkLink } from '../../storage/signed-links.ts';
import { allowEmbedding, allowOrigins, readableByPages } from '../http/cors.ts';
import { onlyReads, respondError } from '../http/respond.ts';
import { findStoredExport } from './files.repository.ts';
import type { FileHandler } from './files.ts';
import { sendFile } from './send-file.ts';

/** How the file of an export is served, by its format. */
const fileTypes = {
  COCO: { extension: 'coco.json', mimeType: 'application/json' },
  CSV: { extension: 'csv', mimeType: 'text/csv; charset=utf-8; header=present' },
  JSONL: { extension: 'jsonl', mimeType: 'application/x-ndjson' },
} as const;

/** `GET|HEAD /exports/<id>?…`: the file of an export, for anyone with a link made by `signLink`. */
export function createExportRoute(app: Resources): FileHandler {
  return async (req, res, url) => {
    if (allowOrigins(req, res, { ...readableByPages, origins: app.config.corsOrigins })) return;
    if (!onlyReads(req, res)) return;
    allowEmbedding(res);
    const exportId = decodeId('export', url.pathname.slice('/exports/'.length));
    if (exportId === null) return respondError(res, 404, 'NOT_FOUND', 'This export does not exist.');
    const link = checkLink(app.urlSecret, { kind: 'export', id: exportId }, url.searchParams, new Date());
    if (!link.valid) return respondError(res, 403, 'FORBIDDEN', link.reason);
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
    await sendFile(app, { req, res }, { key, etag: `"${exportId}"`, byteSize: stored.byteSize });
  };
}
