import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PictureOrders } from '../../picture-orders/picture-orders.ts';
import { chooseFormat } from '../../pictures/format.ts';
import { fitSize, readSize } from '../../pictures/sizes.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { sendDerived } from './derived.ts';
import { findStoredImage, type StoredImage } from './files.repository.ts';
import { openPictureLink } from './open-link.ts';
import { type Exchange, sendFile } from './send-file.ts';

export type FileHandler = (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void>;

/** `GET|HEAD /images/<id>?…`: the bytes of a picture, or a rendition of it, for anyone with a link made by `signLink`. */
export function createImageRoute(app: Resources, orders: PictureOrders): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'image', folder: '/images/' });
    if (!link) return;
    const image = await findStoredImage(app.db, link.id);
    if (image === null)
      return respondError(res, 404, 'NOT_FOUND', 'This image does not exist; it may have been deleted.');
    const isOpen = image.blur === null && !image.hasPrivateExif;
    const size =
      readSize(link.parameters.width ?? '') ?? (isOpen || link.parameters.original !== undefined ? null : 'full');
    if (size === null) return sendOriginal(app, { req, res }, image);
    const format = chooseFormat(req.headers.accept);
    const picture = { kind: 'rendition', size: fitSize(size, image.width), format } as const;
    await sendDerived(app, orders, { req, res }, image, picture);
  };
}

async function sendOriginal(app: Resources, exchange: Exchange, image: StoredImage): Promise<void> {
  const { res } = exchange;
  const { organizationId, sha256 } = image;
  setHeaders(res, image);
  try {
    const key = { organizationId, sha256 };
    await sendFile(app, exchange, { key, etag: `"${sha256}"`, byteSize: image.byteSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || res.headersSent) throw error;
    app.logger.error({ imageId: image.id, sha256 }, 'The bytes of an image are not in the blob store.');
    respondError(res, 404, 'NOT_FOUND', 'The bytes of this image are lost. Upload it again.');
  }
}

function setHeaders(res: ServerResponse, image: StoredImage): void {
  res.setHeader('content-type', image.mimeType);
  res.setHeader('content-disposition', disposition(image));
  // A link is valid for at least an hour and always shows the same picture.
  res.setHeader('cache-control', 'private, max-age=3600');
  // Browsers show whatever a client has uploaded as a picture or not at all; they do not guess its type either (nosniff).
  res.setHeader('content-security-policy', "default-src 'none'; sandbox");
}

/** By a filename of the client's. */
export function disposition({ filename }: Pick<StoredImage, 'filename'>): string {
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
