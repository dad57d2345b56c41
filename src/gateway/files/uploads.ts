import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { GraphQLError } from 'graphql';
import type { Resources } from '../../resources.ts';
import { BlobTooLargeError } from '../../storage/blob-store.ts';
import { checkLink, idInLink } from '../../storage/signed-links.ts';
import { maxBytesOf } from '../../uploads/max-bytes.ts';
import { findProgress, type Progress, receivePart, receiveWhole } from '../../uploads/pieces/receive-pieces.ts';
import { receiveUpload } from '../../uploads/receive-upload.ts';
import type { UploadRow } from '../../uploads/upload-row.ts';
import { findUploadOfLink } from '../../uploads/uploads.repository.ts';
import { allowOrigins } from '../http/cors.ts';
import { InterruptedRequestError, limitedBody } from '../http/request-body.ts';
import { respondError } from '../http/respond.ts';
import { type ContentRange, parseContentRange } from './content-range.ts';
import type { Exchange } from './send-file.ts';
import {
  badRange,
  headerFault,
  lengthFault,
  partFault,
  statusFault,
  type UploadFault,
  unknownUpload,
  unreadableRange,
} from './upload-answers.ts';
import { respondFault, respondProgress, respondReceived } from './upload-responses.ts';

/** A smaller file is quicker to send again than to go on with, so it is not claimed, and nothing of it is kept. */
const resumableBytes = 4 * 1024 * 1024;
/** A large upload that stalls for so long is ended, and what has arrived is kept: until then, the client cannot go on. */
const resumableIdleMs = 30_000;

const forPages = { methods: ['PUT'], headers: ['content-type', 'content-range'] };

/**
 * `PUT /uploads/<id>?…`: receives the bytes of one file, from anyone with a link made by `signLink`. With Content-Range it receives a part of
 * the file, or tells how many bytes have arrived, as resumable uploads of Google Cloud Storage do: curl and others send this header.
 */
export function createUploadRoute(app: Resources) {
  return async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    if (allowOrigins(req, res, { origins: app.config.corsOrigins, ...forPages })) return;
    if (req.method !== 'PUT') {
      res.setHeader('allow', 'PUT, OPTIONS');
      return respondError(res, 405, 'METHOD_NOT_ALLOWED', `${req.method} is not allowed here. Use PUT.`);
    }
    const found = await findUpload(app, url);
    if ('fault' in found) return respondFault(res, found.fault);
    const { upload } = found;
    const header = req.headers['content-range'];
    const range = header === undefined ? null : parseContentRange(header);
    if (header !== undefined && range === null) return respondFault(res, unreadableRange(header));
    // Whoever lost the last response asks, and all is well.
    if (range?.kind === 'question' && upload.status === 'RECEIVED') return respondReceived(res, 200, upload.id);
    const fault = statusFault(upload.status) ?? headerFault(req);
    if (fault !== null) return respondFault(res, fault);
    await receive(app, { req, res }, upload, withTotal(range, upload));
  };
}

async function findUpload(app: Resources, url: URL): Promise<{ upload: UploadRow } | { fault: UploadFault }> {
  const id = idInLink('upload', url.pathname);
  if (id === null) return { fault: unknownUpload };
  const link = checkLink(app.urlSecret, { kind: 'upload', id }, url.searchParams, new Date());
  if (!link.valid) return { fault: { status: 403, code: 'FORBIDDEN', message: link.reason } };
  const upload = await findUploadOfLink(app.db, id);
  return upload ? { upload } : { fault: unknownUpload };
}

/** Whoever announced the size need not repeat it. */
function withTotal(range: ContentRange | null, { byte_size }: UploadRow): ContentRange | null {
  return range && { ...range, totalBytes: range.totalBytes ?? byte_size };
}

async function receive(
  app: Resources,
  exchange: Exchange,
  upload: UploadRow,
  range: ContentRange | null,
): Promise<void> {
  const { req, res } = exchange;
  try {
    const progress = await progressOf(app, req, upload, range);
    if (!('kind' in progress)) return respondFault(res, progress);
    respondProgress(res, upload, progress);
  } catch (error) {
    // The client is gone, so there is no response. It may go on, or send the file again.
    if (error instanceof InterruptedRequestError)
      return app.logger.debug({ uploadId: upload.id }, 'A client closed the connection during an upload.');
    if (error instanceof BlobTooLargeError)
      return respondFault(res, badRange('The body has more bytes than the Content-Range says.'));
    if (!(error instanceof GraphQLError)) throw error;
    const { code, http } = error.extensions as { code: string; http?: { status: number } };
    respondError(res, http?.status ?? 400, code, error.message);
  }
}

async function progressOf(
  app: Resources,
  req: IncomingMessage,
  upload: UploadRow,
  range: ContentRange | null,
): Promise<Progress | UploadFault> {
  if (range?.kind === 'question') return findProgress(app, upload, range.totalBytes);
  const maxBytes = await maxBytesOf(app, upload);
  const fault = range ? partFault(req, range, upload, maxBytes) : lengthFault(req, upload, maxBytes);
  if (fault !== null) return fault;
  // The upload limits the number of bytes; here the request is only ended when it stalls.
  const open = (idleMs?: number): Readable => limitedBody(req, Number.POSITIVE_INFINITY, idleMs);
  if (range) return receivePart(app, upload, range, () => open(resumableIdleMs));
  const length = req.headers['content-length'];
  if (length !== undefined && Number(length) < resumableBytes) return receiveUpload(app, upload, open());
  return receiveWhole(app, upload, () => open(resumableIdleMs));
}
