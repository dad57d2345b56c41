import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { decodeId } from '../../ids.ts';
import { renderImageJob } from '../../jobs/definitions.ts';
import { addJob } from '../../jobs/jobs.repository.ts';
import type { Resources } from '../../resources.ts';
import type { BlobKey } from '../../storage/blob-store.ts';
import { renditionMimeType } from '../../storage/renditions.ts';
import { checkLink } from '../../storage/signed-links.ts';
import { allowEmbedding, allowOrigins, readableByPages } from '../http/cors.ts';
import { onlyReads, respondError } from '../http/respond.ts';
import { findStoredImage, type StoredImage } from './files.repository.ts';
import { type Exchange, sendFile } from './send-file.ts';

/** Renditions are asked for once a minute at most, whatever a page of a hundred pictures does. */
const askAgainMs = 60_000;

export type FileHandler = (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void>;

/** `GET|HEAD /images/<id>?…`: the bytes of a picture, for whoever has a link that `signLink` made. */
export function createImageRoute(app: Resources): FileHandler {
  const asked = new LRUCache<string, true>({ max: 10_000, ttl: askAgainMs });
  return async (req, res, url) => {
    if (allowOrigins(req, res, { ...readableByPages, origins: app.config.corsOrigins })) return;
    if (!onlyReads(req, res)) return;
    allowEmbedding(res);
    const imageId = decodeId('image', url.pathname.slice('/images/'.length));
    if (imageId === null) return respondError(res, 404, 'NOT_FOUND', 'This image does not exist.');
    const link = checkLink(app.urlSecret, { kind: 'image', id: imageId }, url.searchParams, new Date());
    if (!link.valid) return respondError(res, 403, 'FORBIDDEN', link.reason);
    const image = await findStoredImage(app.db, imageId);
    if (image === null)
      return respondError(res, 404, 'NOT_FOUND', 'This image does not exist; it may have been deleted.');
    const choice = await chooseFile(app, image, link.width);
    if (choice.pending && !asked.has(imageId)) {
      asked.set(imageId, true);
      await addJob(app.db, renderImageJob, { payload: { imageId, organizationId: image.organizationId } });
    }
    try {
      await sendImage(app, { req, res }, image, choice);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || res.headersSent) throw error;
      app.logger.error({ imageId, sha256: image.sha256 }, 'The bytes of an image are not in the blob store.');
      respondError(res, 404, 'NOT_FOUND', 'The bytes of this image are lost. Upload it again.');
    }
  };
}

interface Choice {
  key: BlobKey;
  /** The rendition asked for is not made yet; the original is sent instead. */
  pending: boolean;
}

async function chooseFile(app: Resources, image: StoredImage, width: number | null): Promise<Choice> {
  const original = { organizationId: image.organizationId, sha256: image.sha256 };
  // A picture that is no wider is its own rendition.
  if (width === null || image.width <= width) return { key: original, pending: false };
  const rendition = { ...original, width };
  return (await app.blobs.has(rendition)) ? { key: rendition, pending: false } : { key: original, pending: true };
}

async function sendImage(app: Resources, exchange: Exchange, image: StoredImage, choice: Choice): Promise<void> {
  const { key } = choice;
  const etag = `"${key.sha256}${key.width === undefined ? '' : `-${key.width}`}"`;
  setHeaders(exchange.res, image, choice);
  await sendFile(app, exchange, { key, etag, byteSize: await sizeOf(app, key, image) });
}

async function sizeOf(app: Resources, key: BlobKey, image: StoredImage): Promise<number> {
  if (key.width === undefined) return image.byteSize;
  const { bytes, byteSize } = await app.blobs.read(key, { start: 0, end: 0 });
  bytes.destroy();
  return byteSize;
}

function setHeaders(res: ServerResponse, image: StoredImage, { key, pending }: Choice): void {
  const rendition = key.width !== undefined;
  res.setHeader('content-type', rendition ? renditionMimeType : image.mimeType);
  res.setHeader('content-disposition', disposition(image, rendition));
  // A link is good for an hour at least and always shows the same picture, unless the rendition is still to come.
  res.setHeader('cache-control', pending ? 'private, no-cache' : 'private, max-age=3600');
  // Whatever a client has uploaded, browsers show it as a picture or not at all; the type is not guessed (nosniff), either.
  res.setHeader('content-security-policy', "default-src 'none'; sandbox");
}

function disposition({ filename }: StoredImage, rendition: boolean): string {
  if (filename === null || rendition) return 'inline';
  // In a link of S3's, too, whose signature some servers compute wrongly over the ' and * of the other form.
  if (/^[\w .-]+$/.test(filename)) return `inline; filename="${filename}"`;
  // What encodeURIComponent leaves and RFC 5987 does not allow.
  const encoded = encodeURIComponent(filename.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `inline; filename*=UTF-8''${encoded}`;
}
