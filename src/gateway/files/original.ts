import type { ServerResponse } from 'node:http';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import type { StoredFile } from './files.repository.ts';
import { type Exchange, sendFile } from './send-file.ts';

/** Sends the bytes of an image or video as they are stored, or the range of them that a player asks for. */
export async function sendOriginal(
  app: Resources,
  exchange: Exchange,
  noun: 'image' | 'video',
  file: StoredFile,
): Promise<void> {
  const { res } = exchange;
  const { id, organizationId, sha256, byteSize } = file;
  setHeaders(res, file);
  try {
    await sendFile(app, exchange, { key: { organizationId, sha256 }, etag: `"${sha256}"`, byteSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || res.headersSent) throw error;
    app.logger.error({ [`${noun}Id`]: id, sha256 }, `The bytes of a stored ${noun} are not in the blob store.`);
    respondError(res, 404, 'NOT_FOUND', `The bytes of this ${noun} are lost. Upload it again.`);
  }
}

function setHeaders(res: ServerResponse, { mimeType, filename }: StoredFile): void {
  res.setHeader('content-type', mimeType);
  res.setHeader('content-disposition', disposition(filename));
  // A link is valid for at least an hour and always leads to the same bytes.
  res.setHeader('cache-control', 'private, max-age=3600');
  // Browsers show whatever a client has uploaded as a picture or video or not at all; they do not guess its type either (nosniff).
  res.setHeader('content-security-policy', "default-src 'none'; sandbox");
}

/** @param filename the client's; null: it gave none */
function disposition(filename: string | null): string {
  if (filename === null) return 'inline';
  // Also in links to S3, because some servers compute the signature of the other form, with its ' and *, wrongly.
  if (/^[\w .-]+$/.test(filename)) return `inline; filename="${filename}"`;
  // Characters that encodeURIComponent leaves but RFC 5987 does not allow.
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `inline; filename*=UTF-8''${encoded}`;
}
