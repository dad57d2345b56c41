import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import { decodeId, encodeId } from '../../ids.ts';
import type { Resources } from '../../resources.ts';
import { checkLink } from '../../storage/signed-links.ts';
import { maxBytesOf } from '../../uploads/max-bytes.ts';
import { receiveUpload } from '../../uploads/receive-upload.ts';
import type { UploadRow } from '../../uploads/upload-row.ts';
import { findUploadOfLink } from '../../uploads/uploads.repository.ts';
import { allowOrigins } from '../http/cors.ts';
import { InterruptedRequestError, limitedBody } from '../http/request-body.ts';
import { respond, respondError } from '../http/respond.ts';
import { faultOf, headerFault, statusFault, type UploadFault, unknownUpload } from './upload-answers.ts';

/** `PUT /uploads/<id>?…`: receives the bytes of one file, from anyone with a link made by `signLink`. */
export function createUploadRoute(app: Resources) {
  return async (req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> => {
    if (allowOrigins(req, res, { origins: app.config.corsOrigins, methods: ['PUT'], headers: ['content-type'] }))
      return;
    if (req.method !== 'PUT') {
      res.setHeader('allow', 'PUT, OPTIONS');
      return respondError(res, 405, 'METHOD_NOT_ALLOWED', `${req.method} is not allowed here. Use PUT.`);
    }
    const found = await findUpload(app, url);
    if ('fault' in found) return respondFault(res, found.fault);
    const fault = headerFault(req, found.upload, maxBytesOf(app.config, found.upload));
    if (fault !== null) return respondFault(res, fault);
    await receive(app, { req, res }, found.upload);
  };
}

async function findUpload(app: Resources, url: URL): Promise<{ upload: UploadRow } | { fault: UploadFault }> {
  const id = decodeId('upload', url.pathname.slice('/uploads/'.length));
  if (id === null) return { fault: unknownUpload };
  const link = checkLink(app.urlSecret, { kind: 'upload', id }, url.searchParams, new Date());
  if (!link.valid) return { fault: { status: 403, code: 'FORBIDDEN', message: link.reason } };
  const upload = await findUploadOfLink(app.db, id);
  const fault = statusFault(upload?.status ?? null);
  return fault ? { fault } : { upload: upload! };
}

async function receive(
  app: Resources,
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  upload: UploadRow,
): Promise<void> {
  try {
    // The upload limits the number of bytes; here the request is only ended when it stalls.
    const body = limitedBody(req, Number.POSITIVE_INFINITY);
    const fault = faultOf(await receiveUpload(app, upload, body));
    if (fault) return respondFault(res, fault);
    const answer = JSON.stringify({ id: encodeId('upload', upload.id), status: 'RECEIVED' });
    respond(res, 201, { 'content-type': 'application/json; charset=utf-8' }, `${answer}\n`);
  } catch (error) {
    // The client is gone, so there is no response. Nothing has changed: it may send the file again.
    if (error instanceof InterruptedRequestError)
      return app.logger.debug({ uploadId: upload.id }, 'A client closed the connection during an upload.');
    if (!(error instanceof GraphQLError)) throw error;
    const { code, http } = error.extensions as { code: string; http?: { status: number } };
    respondError(res, http?.status ?? 400, code, error.message);
  }
}

function respondFault(res: ServerResponse, { status, code, message }: UploadFault): void {
  respondError(res, status, code, message);
}
