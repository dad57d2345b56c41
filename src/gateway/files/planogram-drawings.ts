import { drawShelf } from '../../drawing/planogram/draw-shelf.ts';
import { readDrawing } from '../../planograms/read-drawing.ts';
import type { Resources } from '../../resources.ts';
import { respondError } from '../http/respond.ts';
import { findAnalysisOwner } from './files.repository.ts';
import { type FileHandler, linkRoute } from './link-route.ts';

/** `GET|HEAD /planograms/<analysis>?…`: a planogram, what the image of an analysis shows of it, and the differences, as SVG. */
export function createPlanogramRoute(app: Resources): FileHandler {
  return linkRoute(app, 'planogram', async ({ req, res }, { id, parameters }) => {
    const organizationId = await findAnalysisOwner(app.db, id);
    const isCorrected = parameters.basis === 'CORRECTED';
    const drawing = organizationId && (await readDrawing(app.db, organizationId, id, { isCorrected }));
    if (!drawing)
      return respondError(
        res,
        404,
        'NOT_FOUND',
        'This analysis or its comparison does not exist; it may have been deleted.',
      );
    const body = Buffer.from(drawShelf(drawing));
    res.setHeader('content-type', 'image/svg+xml');
    res.setHeader('content-disposition', 'inline');
    // Corrections and new names change it.
    res.setHeader('cache-control', 'private, no-cache');
    // An SVG is a document: this one may run nothing, load nothing and belong to no origin.
    res.setHeader('content-security-policy', "default-src 'none'; sandbox");
    res.setHeader('content-length', body.byteLength);
    res.writeHead(200).end(req.method === 'HEAD' ? undefined : body);
  });
}
