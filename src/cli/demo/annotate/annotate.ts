import { mkdir, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import sharp from 'sharp';
import type { DecoderSettings } from '../../../../workers/decoder/video.ts';
import { drawAnnotations } from '../../../drawing/annotations.ts';
import type { StatusChange } from '../follow.ts';
import type { VideoEnding } from '../videos/results.ts';
import { drawContactSheet } from './contact-sheet.ts';

/** The directory for annotated pictures. @throws Error with a sentence for the person */
async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true }).catch((error: Error) => {
    throw new Error(
      `The annotated pictures cannot be written to ${directory}: ${error.message}. Choose another directory with --out.`,
    );
  });
}

/** What is drawn, and where its drawing goes. */
export interface ToDraw {
  pictures: readonly StatusChange[];
  videos: readonly VideoEnding[];
  directory: string;
  decoder: DecoderSettings;
}

/**
 * Writes a copy of every picture that succeeded with boxes drawn on it, and of every video a contact sheet.
 * @param onWritten is called after each
 * @returns the paths written
 */
export async function annotate(
  { pictures, videos, directory, decoder }: ToDraw,
  onWritten: () => void,
): Promise<string[]> {
  await prepareDirectory(directory);
  const written: string[] = [];
  const write = async (name: string, draw: (path: string) => Promise<unknown>) => {
    const path = freshPath(directory, name, written);
    await draw(path);
    written.push(path);
    onWritten();
  };
  for (const ending of pictures) await write(ending.picture.name, (path) => annotatePicture(ending, path));
  for (const { video, frames } of videos)
    await write(video.name, async (path) => writeFile(path, await drawContactSheet(video.path, frames, decoder)));
  return written;
}

async function annotatePicture({ picture, analysis }: StatusChange, path: string) {
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
