import { access, readdir } from 'node:fs/promises';
import { join, normalize, parse } from 'node:path';
import type { Truth } from './read-truth.ts';

const pictureTypes = new Set(['.jpg', '.jpeg', '.png', '.webp', '.avif', '.heic', '.heif', '.tif', '.tiff', '.gif']);

/** An item with the files of its pictures. */
export interface CataloguePictures {
  name: string;
  files: string[];
}

/**
 * The catalogue of a folder: each picture is an item by its file name without the ending; files that differ in the ending alone are
 * pictures of one item. Items that no box shows belong to it as well: in a shop, too, most of a catalogue is not on the picture.
 * Throws an Error that names the categories without a picture.
 */
export async function findCatalogue(dir: string, categories: readonly string[]): Promise<CataloguePictures[]> {
  const items = new Map<string, string[]>();
  for (const file of await listPictures(dir)) {
    const { name } = parse(file);
    items.set(name, [...(items.get(name) ?? []), join(dir, file)]);
  }
  const missing = categories.filter((category) => !items.has(category));
  if (missing.length > 0) {
    throw new Error(
      `${dir} has no picture of ${shorten(missing)}. Add one of each as <category name>.jpg. If they are not in the ` +
        'catalogue, give their boxes the category "unknown".',
    );
  }
  if (items.size === 0) {
    throw new Error(
      `${dir} contains no pictures. Add one of each item, or omit --catalog to measure only the detector.`,
    );
  }
  return [...items].map(([name, files]) => ({ name, files }));
}

/**
 * Checks that every image of the truth is in the folder, and returns the pictures there that the truth does not have: they are
 * left out. Throws an Error that names those that are missing.
 */
export async function checkPictures(dir: string, { pictures }: Truth): Promise<string[]> {
  const there = await listPictures(dir);
  const wanted = new Set(pictures.map(({ file }) => normalize(file)));
  const missing: string[] = [];
  for (const file of wanted) await access(join(dir, file)).catch(() => missing.push(file));
  if (missing.length > 0) {
    throw new Error(
      `${dir} lacks ${shorten(missing)}, which the truth lists as file_name. Check that --images is the right folder.`,
    );
  }
  return there.filter((file) => !wanted.has(file));
}

async function listPictures(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    throw new Error(`The folder ${dir} cannot be read: ${(error as Error).message}.`, { cause: error });
  });
  return names.filter((name) => pictureTypes.has(parse(name).ext.toLowerCase())).sort();
}

const MOST_NAMED = 5;

/** A list for a sentence that a catalogue of thousands does not make endless. */
export function shorten(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}
