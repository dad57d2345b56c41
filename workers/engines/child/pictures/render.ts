import { rename } from 'node:fs/promises';
import type { ImageHeader } from '../../../../src/images/header/read-header.ts';
import type { Size } from '../../../../src/recognition/box.ts';
import type { JobKinds, RenderJob } from '../../protocol/jobs.ts';
import type { JobGuard } from '../job-guard.ts';
import { openPicture } from './decode.ts';
import { explained } from './explain.ts';
import type { PictureFile } from './inspect.ts';
import { openSource } from './source.ts';
import { turn } from './turn.ts';

/**
 * Writes smaller copies of a picture, without its metadata (a photograph's GPS position is nobody else's). Each is
 * decoded anew, since a JPEG is decoded at a fraction of its size that way; a HEIC is decoded once. A target is complete or not
 * there.
 */
export async function renderPicture(
  job: RenderJob,
  picture: PictureFile,
  guard: JobGuard,
): Promise<JobKinds['render']['result']> {
  const { header } = picture;
  const source = await openSource(picture);
  const written: { width: number; target: string; bytes: number }[] = [];
  for (const { width, target } of job.renditions) {
    guard.check();
    const size = storedSize(header, width);
    const resized = turn(openPicture(source, picture, 'error').resize({ ...size, fit: 'fill' }), header.orientation);
    const encoded = target.endsWith('.webp') ? resized.webp({ quality: 80 }) : resized.jpeg({ quality: 82 });
    const partial = `${target}.part`;
    const info = await explained(() => encoded.toFile(partial));
    await rename(partial, target);
    written.push({ width: info.width, target, bytes: info.size });
  }
  return { ok: true, width: header.width, height: header.height, written };
}

/** Of a copy of this width, never enlarged, before it is turned: sharp would crop it to the size after the turn. */
function storedSize({ width: fullWidth, height: fullHeight, orientation }: ImageHeader, wanted: number): Size {
  const width = Math.min(wanted, fullWidth);
  const height = Math.max(1, Math.round((fullHeight * width) / fullWidth));
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}
