import type { ServerResponse } from 'node:http';
import { encodeId } from '../../ids.ts';
import type { Progress } from '../../uploads/pieces/receive-pieces.ts';
import type { UploadRow } from '../../uploads/upload-row.ts';
import { respond, respondError } from '../http/respond.ts';
import { busyUpload, faultOf, type UploadFault } from './upload-answers.ts';

/** How long a client waits that was told that another request is sending. */
const busySeconds = 5;
const json = { 'content-type': 'application/json; charset=utf-8' };

export function respondFault(res: ServerResponse, { status, code, message }: UploadFault): void {
  respondError(res, status, code, message);
}

/** All bytes have arrived. */
export function respondReceived(res: ServerResponse, status: 200 | 201, uploadId: string): void {
  send(res, status, { id: encodeId('upload', uploadId), status: 'RECEIVED' });
}

/** How an upload stands after a request. */
export function respondProgress(res: ServerResponse, { id }: UploadRow, progress: Progress): void {
  if (progress.kind === 'incomplete' || progress.kind === 'elsewhere') {
    respondNext(res, id, progress);
  } else if (progress.kind === 'busy') {
    res.setHeader('retry-after', busySeconds);
    respondFault(res, busyUpload);
  } else {
    const fault = faultOf(progress);
    if (fault) respondFault(res, fault);
    else respondReceived(res, 201, id);
  }
}

/** Where the client goes on, as Google Cloud Storage says it: Range has the bytes that are here; without it there are none. */
function respondNext(
  res: ServerResponse,
  id: string,
  { kind, nextByte: receivedBytes }: { kind: 'incomplete' | 'elsewhere'; nextByte: number },
): void {
  if (receivedBytes > 0) res.setHeader('range', `bytes=0-${receivedBytes - 1}`);
  if (kind === 'incomplete') send(res, 308, { id: encodeId('upload', id), status: 'AWAITING_UPLOAD', receivedBytes });
  else {
    const message = `The bytes do not follow those that have arrived. Go on with byte ${receivedBytes}, or start again with byte 0.`;
    send(res, 409, { code: 'CONFLICT', message, receivedBytes });
  }
}

function send(res: ServerResponse, status: number, answer: object): void {
  respond(res, status, json, `${JSON.stringify(answer)}\n`);
}
