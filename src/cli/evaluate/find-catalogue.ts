import { join, parse } from 'node:path';
import { listPictures, shorten } from './picture-folder.ts';

/** An item with the files of its pictures. */
export interface CataloguePictures {
  name: string;
  files: string[];
}

/**
 * The catalogue of a folder: each picture is an item by its file name without the ending; files that differ in the ending alone are
 * pictures of one item. Items without a box belong to it as well: in a shop, most of a catalogue is not on a picture either. Throws
 * an Error that names the categories without a picture.
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
      `${dir} has no picture of ${shorten(missing)}. Add one of each as <category name>.jpg. If they are not in the catalogue, ` +
        'give their boxes the category "unknown". If they are not products, name those that are with --categories.',
    );
  }
  if (items.size === 0) {
    throw new Error(
      `${dir} contains no pictures. Add one of each item, or omit --catalog to measure only the detector.`,
    );
  }
  return [...items].map(([name, files]) => ({ name, files }));
}
