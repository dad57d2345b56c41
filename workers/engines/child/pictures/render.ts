import { rename } from 'node:fs/promises';
import type { Size } from '../../../../src/recognition/box.ts';
import type { JobKinds, RenderJob } from '../../protocol/jobs.ts';
import type { JobGuard } from '../job-guard.ts';
import { explained, openPicture, openSource } from './decode.ts';

/**
 * Writes smaller copies of a picture, without its metadata (a photograph's GPS position is nobody else's). Each is
 * decoded anew, since a JPEG is decoded at a fraction of its size that way; a HEIC is decoded once. A target is complete or not there.
 */
export async function renderPicture(
  job: RenderJob,
  size: Size,
  maxImagePixels: number,
  guard: JobGuard,
): Promise<JobKinds['render']['result']> {
  const source = await openSource(job.file, maxImagePixels);
  const written: { width: number; target: string; bytes: number }[] = [];
  for (const { width, target } of job.renditions) {
    guard.check();
    const resized = openPicture(source, maxImagePixels).resize({ width, withoutEnlargement: true });
    const encoded = target.endsWith('.webp') ? resized.webp({ quality: 80 }) : resized.jpeg({ quality: 82 });
    const partial = `${target}.part`;
    const info = await explained(maxImagePixels, () => encoded.toFile(partial));
    await rename(partial, target);
    written.push({ width: info.width, target, bytes: info.size });
  }
  return { ok: true, width: size.width, height: size.height, written };
}
