import { rename } from 'node:fs/promises';
import type { Sharp } from 'sharp';
import type { Size } from '../../../../src/recognition/box.ts';
import type { JobKinds, RenderJob } from '../../protocol/jobs.ts';
import type { Rendition, WrittenRendition } from '../../protocol/renditions.ts';
import type { JobGuard } from '../job-guard.ts';
import { openPicture } from './decode.ts';
import { explained } from './explain.ts';
import type { PictureFile } from './inspect.ts';
import { openSource } from './source.ts';
import { turn } from './turn.ts';

/**
 * Writes smaller copies of a picture, without its metadata (the GPS position of a photograph is private). Each is decoded
 * separately, because a JPEG can be decoded at a fraction of its size; a HEIC is decoded once. A target is complete or does not
 * exist.
 */
export async function renderPicture(
  job: RenderJob,
  picture: PictureFile,
  guard: JobGuard,
): Promise<JobKinds['render']['result']> {
  const { header } = picture;
  const source = await openSource(picture);
  const written: WrittenRendition[] = [];
  for (const rendition of job.renditions) {
    guard.check();
    const { width, height } = sizeOf(header, rendition);
    // Size before rotation: sharp would crop it to the size after the rotation.
    const stored = header.orientation >= 5 ? { width: height, height: width } : { width, height };
    const resized = openPicture(source, picture, 'error').resize({ ...stored, fit: 'fill' });
    written.push(await explained(() => writeRendition(turn(resized, header.orientation), rendition.target)));
  }
  return { ok: true, width: header.width, height: header.height, written };
}

/** Of a WebP, whose format has none above 16,383; a legend is to fit below. */
const longestWebpSide = 15_000;

/** The size of a rendition of a picture of this size; pictures are never enlarged. */
export function sizeOf(full: Size, { width: wanted, target }: Rendition): Size {
  const longest = target.endsWith('.webp') ? longestWebpSide : Number.POSITIVE_INFINITY;
  const scale = Math.min(1, (wanted ?? full.width) / full.width, longest / full.width, longest / full.height);
  return {
    width: Math.max(1, Math.round(full.width * scale)),
    height: Math.max(1, Math.round(full.height * scale)),
  };
}

/** Encodes the output of a sharp pipeline. The target is complete or does not exist. */
export async function writeRendition(picture: Sharp, target: string): Promise<WrittenRendition> {
  // More effort takes twice the time for 4 % fewer bytes (12 megapixels).
  const encoded = target.endsWith('.webp') ? picture.webp({ quality: 80, effort: 2 }) : picture.jpeg({ quality: 82 });
  const partial = `${target}.part`;
  const info = await encoded.toFile(partial);
  await rename(partial, target);
  return { width: info.width, target, bytes: info.size };
}
