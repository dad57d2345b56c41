import type { PictureOrders } from '../../picture-orders/picture-orders.ts';
import { chooseFormat } from '../../pictures/format.ts';
import { fitSize, readSize } from '../../pictures/sizes.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { sendDerived } from './derived.ts';
import { findStoredImage } from './files.repository.ts';
import { type FileHandler, linkRoute } from './link-route.ts';
import { sendOriginal } from './original.ts';

/** `GET|HEAD /images/<id>?…`: the bytes of a picture, or a rendition of it. */
export function createImageRoute(app: Resources, orders: PictureOrders): FileHandler {
  return linkRoute(app, 'image', async (exchange, { id, parameters }) => {
    const { req, res } = exchange;
    const image = await findStoredImage(app.db, id);
    if (image === null)
      return respondError(res, 404, 'NOT_FOUND', 'This image does not exist; it may have been deleted.');
    const isOpen = image.blur === null && !image.hasPrivateExif;
    const size = readSize(parameters.width ?? '') ?? (isOpen || parameters.original !== undefined ? null : 'full');
    if (size === null) return sendOriginal(app, exchange, 'image', image);
    const format = chooseFormat(req.headers.accept);
    await sendDerived(app, orders, exchange, image, { kind: 'rendition', size: fitSize(size, image.width), format });
  });
}
