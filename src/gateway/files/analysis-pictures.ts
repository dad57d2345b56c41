import type { ServerResponse } from 'node:http';
import type { PictureOrders } from '../../picture-orders/picture-orders.ts';
import { chooseFormat } from '../../pictures/format.ts';
import { fitSize, readSize } from '../../pictures/sizes.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { sendDerived } from './derived.ts';
import { findAnalyzedImage, findDetectionWidth } from './files.repository.ts';
import { type FileHandler, linkRoute } from './link-route.ts';

/** `GET|HEAD /annotated/<analysis>?…`: an image with what an analysis found drawn on it. */
export function createAnnotatedRoute(app: Resources, orders: PictureOrders): FileHandler {
  return linkRoute(app, 'annotated', async (exchange, { id, parameters: { confidence, width } }) => {
    const image = await findAnalyzedImage(app.db, id);
    if (!image) return respondGone(exchange.res);
    await sendDerived(app, orders, exchange, image, {
      kind: 'annotated',
      analysisId: id,
      minConfidence: Number(confidence),
      size: fitSize(readSize(width!)!, image.width),
      format: chooseFormat(exchange.req.headers.accept),
    });
  });
}

/** `GET|HEAD /crops/<analysis>?…`: what a detection of an analysis shows. */
export function createCropRoute(app: Resources, orders: PictureOrders): FileHandler {
  return linkRoute(app, 'crop', async (exchange, { id, parameters }) => {
    const detection = Number(parameters.detection);
    const image = await findAnalyzedImage(app.db, id);
    const fullWidth = image && (await findDetectionWidth(app.db, id, detection));
    if (!image || fullWidth === null) return respondGone(exchange.res);
    await sendDerived(app, orders, exchange, image, {
      kind: 'crop',
      analysisId: id,
      detection,
      // Pixels at both edges may belong to it in part.
      size: fitSize(readSize(parameters.width!)!, Math.ceil(fullWidth) + 1),
      format: chooseFormat(exchange.req.headers.accept),
    });
  });
}

function respondGone(res: ServerResponse): void {
  respondError(res, 404, 'NOT_FOUND', 'This analysis or its image does not exist; it may have been deleted.');
}
