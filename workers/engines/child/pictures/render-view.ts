import sharp, { type Sharp } from 'sharp';
import { drawAnnotations } from '../../../../src/drawing/annotations.ts';
import { type Box, pixelRegion } from '../../../../src/recognition/box.ts';
import type { JobKinds, RenderJob } from '../../protocol/jobs.ts';
import type { Rendition, View, WrittenRendition } from '../../protocol/renditions.ts';
import type { JobGuard } from '../job-guard.ts';
import { type DecodedPicture, decodePicture } from './decode.ts';
import type { PictureFile } from './inspect.ts';
import { sizeOf, writeRendition } from './render.ts';
import { renderDecoded } from './render-decoded.ts';

/** Writes copies of a part of a picture, or of the picture with what was found on it. A target is complete or not there. */
export async function renderView(
  job: RenderJob,
  view: View,
  file: PictureFile,
  guard: JobGuard,
): Promise<JobKinds['render']['result']> {
  return drawView(job, view, await decodePicture(file), guard);
}

type Wanted = Pick<RenderJob, 'renditions' | 'view'>;

/** Writes copies of a picture that is decoded already: of the whole, or of the job's view. */
export async function renderAgain(
  job: Wanted,
  picture: DecodedPicture,
  guard: JobGuard,
): Promise<JobKinds['render']['result']> {
  if (job.view) return drawView(job, job.view, picture, guard);
  const written = await renderDecoded(picture, job.renditions);
  return { ok: true, width: picture.width, height: picture.height, written };
}

async function drawView(
  job: Wanted,
  view: View,
  picture: DecodedPicture,
  guard: JobGuard,
): Promise<JobKinds['render']['result']> {
  const written: WrittenRendition[] = [];
  for (const [index, rendition] of job.renditions.entries()) {
    guard.check();
    const drawn =
      view.kind === 'regions' ? cut(picture, view.boxes[index]!, rendition) : await annotate(picture, view, rendition);
    written.push(await writeRendition(drawn, rendition.target));
  }
  return { ok: true, width: picture.width, height: picture.height, written };
}

function cut(picture: DecodedPicture, box: Box, rendition: Rendition): Sharp {
  const region = pixelRegion(box, picture);
  return open(picture)
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .resize({ ...sizeOf(region, rendition), fit: 'fill' });
}

/** Drawn in the size that is shown, since text and lines that are made smaller cannot be read. */
async function annotate(
  picture: DecodedPicture,
  { detections, minConfidence }: Extract<View, { kind: 'annotated' }>,
  rendition: Rendition,
): Promise<Sharp> {
  const drawn = sizeOf(picture, rendition);
  const { svg, height } = drawAnnotations({ detections, found: picture, drawn, minConfidence });
  return open(picture)
    .resize({ ...drawn, fit: 'fill' })
    .extend({ bottom: height - drawn.height, background: '#ffffff' })
    .composite([{ input: Buffer.from(svg) }]);
}

function open({ rgb, width, height }: DecodedPicture): Sharp {
  // The pixel limit was applied when the picture was decoded.
  return sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
