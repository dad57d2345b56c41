import type { ServerResponse } from 'node:http';
import type { PictureOrders, Refusal, Wait } from '../../picture-orders/picture-orders.ts';
import { type DerivedPicture, derivedName } from '../../pictures/derived-picture.ts';
import { mimeTypes } from '../../pictures/format.ts';
import { retryAfterSeconds } from '../../refusal.ts';
import type { Resources } from '../../resources.ts';
import type { BlobKey } from '../../storage/blob-store.ts';
import { respondError } from '../http/respond.ts';
import type { StoredImage } from './files.repository.ts';
import { type Exchange, sendFile } from './send-file.ts';

/** Sends a picture that is made from an image. If it does not exist yet, it is made now, while the request waits. */
export async function sendDerived(
  app: Resources,
  orders: PictureOrders,
  { req, res }: Exchange,
  image: StoredImage,
  whole: DerivedPicture,
): Promise<void> {
  const { organizationId, sha256, blur } = image;
  const picture = blur ? { ...whole, blur } : whole;
  const blob = { organizationId, sha256, derived: derivedName(picture) };
  res.appendHeader('vary', 'Accept');
  if (!(await app.blobs.has(blob))) {
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const wait = await orders.wait(blob, { organizationId, imageId: image.id, picture }, gone.signal);
    if (wait.kind !== 'made') return respondWait(res, wait);
  }
  res.setHeader('content-type', mimeTypes[picture.format]);
  res.setHeader('content-disposition', 'inline');
  res.setHeader('cache-control', 'private, max-age=3600');
  res.setHeader('content-security-policy', "default-src 'none'; sandbox");
  const byteSize = await sizeOf(app, blob);
  await sendFile(app, { req, res }, { key: blob, etag: `"${sha256}-${blob.derived}"`, byteSize });
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
