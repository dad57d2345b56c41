import type { ServerResponse } from 'node:http';
import { renderImageJob } from '../../jobs/definitions.ts';
import {
  type PictureJob,
  type PictureOrders,
  pictureJob,
  type Refusal,
  type Wait,
} from '../../picture-orders/picture-orders.ts';
import { type DerivedPicture, derivedName } from '../../pictures/derived-picture.ts';
import { mimeTypes, type PictureFormat } from '../../pictures/format.ts';
import { retryAfterSeconds } from '../../refusal.ts';
import type { Resources } from '../../resources.ts';
import type { BlobKey } from '../../storage/blob-store.ts';
import { respondError } from '../http/respond.ts';
import type { StoredImage } from './files.repository.ts';
import { type Exchange, sendFile } from './send-file.ts';

/** Sends a picture that is made from an image. */
export function sendDerived(
  app: Resources,
  orders: PictureOrders,
  exchange: Exchange,
  image: StoredImage,
  whole: DerivedPicture,
): Promise<void> {
  const { id: imageId, organizationId, sha256, blur } = image;
  const picture = blur ? { ...whole, blur } : whole;
  return sendMade(app, orders, exchange, {
    blob: { organizationId, sha256, derived: derivedName(picture) },
    format: picture.format,
    job: pictureJob(renderImageJob, { organizationId, imageId, picture }),
  });
}

export interface MadePicture {
  blob: BlobKey;
  format: PictureFormat;
  /** Makes it. */
  job: PictureJob;
}

/** Sends a picture that workers make. If it does not exist yet, it is made now, while the request waits. */
export async function sendMade(
  app: Resources,
  orders: PictureOrders,
  { req, res }: Exchange,
  { blob, format, job }: MadePicture,
): Promise<void> {
  res.appendHeader('vary', 'Accept');
  if (!(await app.blobs.has(blob))) {
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const wait = await orders.wait(blob, job, gone.signal);
    if (wait.kind !== 'made') return respondWait(res, wait);
  }
  res.setHeader('content-type', mimeTypes[format]);
  res.setHeader('content-disposition', 'inline');
  res.setHeader('cache-control', 'private, max-age=3600');
  res.setHeader('content-security-policy', "default-src 'none'; sandbox");
  const byteSize = await sizeOf(app, blob);
  await sendFile(app, { req, res }, { key: blob, etag: `"${blob.sha256}-${blob.derived}"`, byteSize });
}

function respondWait(res: ServerResponse, wait: Exclude<Wait, { kind: 'made' }>): void {
  res.setHeader('cache-control', 'no-store');
  if (wait.kind === 'impossible') {
    respondError(res, 422, wait.failure.code, wait.failure.message);
    return;
  }
  const { status, code, message } = refusals[wait.kind];
  res.setHeader('retry-after', retryAfterSeconds);
  respondError(res, status, code, `${message} Retry in a few seconds.`);
}

const refusals: Record<Refusal, { status: number; code: string; message: string }> = {
  late: { status: 503, code: 'UNAVAILABLE', message: 'This picture is still being made.' },
  'process full': { status: 503, code: 'UNAVAILABLE', message: 'Too many pictures are being made.' },
  'organization full': {
    status: 429,
    code: 'THROTTLED',
    message: 'Too many pictures of your organisation are being made.',
  },
};

async function sizeOf(app: Resources, blob: BlobKey): Promise<number> {
  const { bytes, byteSize } = await app.blobs.read(blob, { start: 0, end: 0 });
  bytes.destroy();
  return byteSize;
}
