import { access } from 'node:fs/promises';
import { join, normalize, parse } from 'node:path';
import type { Size } from '../../../recognition/box.ts';
import { readSize, shorten } from '../picture-folder.ts';
import type { DrawnBox, LabelEntry } from './label-file.ts';

/** A picture of the folder with its labelled boxes, in pixels. */
export interface LabelledPicture extends Size {
  /** Path from the folder of the pictures. */
  file: string;
  boxes: DrawnBox[];
}

export interface PictureFolder {
  dir: string;
  /** Names of the pictures in it. */
  files: readonly string[];
  maxImagePixels: number;
}

/**
 * Finds the picture of each entry, and converts its boxes to pixels. Throws an Error for pictures that are missing, labelled twice,
 * or not of the size that the labels say.
 */
export async function matchLabels(entries: readonly LabelEntry[], folder: PictureFolder): Promise<LabelledPicture[]> {
  const found = await Promise.all(entries.map(async (entry) => ({ entry, file: await findPicture(entry, folder) })));
  const missing = found.filter(({ file }) => file === null).map(({ entry }) => entry.names[0]!);
  if (missing.length > 0) {
    throw new Error(
      `${folder.dir} lacks ${shorten(missing)}, which the labels name. Check that --images is the right folder.`,
    );
  }
  const files = found.map(({ file }) => file!);
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice !== undefined) throw new Error(`${twice} is labelled twice. Remove one of its labels.`);
  return Promise.all(found.map(({ entry, file }) => scale(entry, file!, folder)));
}

async function findPicture({ names }: LabelEntry, { dir, files }: PictureFolder): Promise<string | null> {
  for (const name of names) {
    if (await exists(join(dir, name))) return normalize(name);
    const found = files.find((file) => parse(file).name === name);
    if (found !== undefined) return found;
  }
  return null;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function scale({ size, unit, boxes }: LabelEntry, file: string, folder: PictureFolder): Promise<LabelledPicture> {
  const seen = await readSize(folder.dir, file, folder.maxImagePixels);
  if (size && (size.width !== seen.width || size.height !== seen.height)) {
    throw new Error(
      `${join(folder.dir, file)} has ${seen.width} x ${seen.height} pixels after its EXIF orientation is applied, but the labels ` +
        `say ${size.width} x ${size.height}. Boxes must be drawn on the picture as displayed.`,
    );
  }
  const [x, y] = unit === 'pixels' ? [1, 1] : [seen.width, seen.height];
  const inPixels = boxes.map((box) => ({
    ...box,
    x: box.x * x,
    y: box.y * y,
    width: box.width * x,
    height: box.height * y,
  }));
  return { file, ...seen, boxes: inPixels };
}
