import type { ServerResponse } from 'node:http';
import type { PictureOrders } from '../../picture-orders/picture-orders.ts';
import { chooseFormat } from '../../pictures/format.ts';
import { fitSize, readSize } from '../../pictures/sizes.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { sendDerived } from './derived.ts';
import { findAnalyzedImage, findDetectionWidth } from './files.repository.ts';
import type { FileHandler } from './files.ts';
import { openPictureLink } from './open-link.ts';

/** `GET|HEAD /annotated/<analysis>?…`: an image with what an analysis found drawn on it. */
export function createAnnotatedRoute(app: Resources, orders: PictureOrders): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'annotated', folder: '/annotated/' });
    if (!link) return;
    const image = await findAnalyzedImage(app.db, link.id);
    if (!image) return respondGone(res);
    const { confidence, width } = link.parameters;
    const picture = {
      kind: 'annotated',
      analysisId: link.id,
      minConfidence: Number(confidence),
      size: fitSize(readSize(width!)!, image.width),
      format: chooseFormat(req.headers.accept),
    } as const;
    await sendDerived(app, orders, { req, res }, image, picture);
  };
}

/** `GET|HEAD /crops/<analysis>?…`: what a detection of an analysis shows. */
export function createCropRoute(app: Resources, orders: PictureOrders): FileHandler {
  return async (req, res, url) => {
    const link = openPictureLink(app, { req, res }, url, { kind: 'crop', folder: '/crops/' });
    if (!link) return;
    const detection = Number(link.parameters.detection);
    const image = await findAnalyzedImage(app.db, link.id);
    const fullWidth = image && (await findDetectionWidth(app.db, link.id, detection));
    if (!image || fullWidth === null) return respondGone(res);
    const picture = {
      kind: 'crop',
      analysisId: link.id,
      detection,
      // Pixels at both edges may belong to it in part.
      size: fitSize(readSize(link.parameters.width!)!, Math.ceil(fullWidth) + 1),
      format: chooseFormat(req.headers.accept),
    } as const;
    await sendDerived(app, orders, { req, res }, image, picture);
  };
}

function respondGone(res: ServerResponse): void {
  respondError(res, 404, 'NOT_FOUND', 'This analysis or its image does not exist; it may have been deleted.');
}
