import { mkdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import sharp from 'sharp';
import { drawAnnotations } from '../../../drawing/annotations.ts';
import type { StatusChange } from '../follow.ts';

/**
 * Writes a copy of every picture that succeeded with boxes drawn on it.
 * @param onWritten is called after each
 * @returns the paths written
 */
export async function annotatePictures(
  endings: readonly StatusChange[],
  directory: string,
  onWritten: () => void,
): Promise<string[]> {
  await mkdir(directory, { recursive: true }).catch((error: Error) => {
    throw new Error(
      `The annotated pictures cannot be written to ${directory}: ${error.message}. Choose another directory with --out.`,
    );
  });
  const written: string[] = [];
  for (const ending of endings) {
    const path = freshPath(directory, ending.picture.name, written);
    await annotate(ending, path);
    written.push(path);
    onWritten();
  }
  return written;
}

async function annotate({ picture, analysis }: StatusChange, path: string) {
  // Boxes are in pixels of the displayed picture, after EXIF rotation.
  const upright = sharp(picture.path).autoOrient();
  const { autoOrient: size } = await upright.metadata();
  const detections = analysis.detections.map(({ catalogItem, ...detection }) => ({ ...detection, item: catalogItem }));
  const { svg, height } = drawAnnotations({ detections, found: size, drawn: size, minConfidence: null });
  await upright
    .extend({ bottom: height - size.height, background: '#fff' })
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 88 })
    .toFile(path);
}

/** Never the name of the picture itself, which may be in the same directory; numbered if two pictures have the same name. */
function freshPath(directory: string, pictureName: string, taken: readonly string[]): string {
  const stem = join(directory, `${parse(pictureName).name}-annotated`);
  for (let number = 1; ; number++) {
    const path = number === 1 ? `${stem}.jpg` : `${stem}-${number}.jpg`;
    if (!taken.includes(path)) return path;
  }
}
