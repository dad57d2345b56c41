import { CocoCategories, unknownCategory } from '../recognition/coco.ts';
import { startCount, toAnnotations, toCategory, toImage } from './coco-parts.ts';
import type { ExportedItem } from './export-pages.repository.ts';
import type { ExportPage } from './export-pages.ts';
import type { TextFile } from './text-file.ts';

export interface CocoTarget {
  file: TextFile;
  /** For annotations until all images are written, because the document contains the two lists one after the other. */
  aside: TextFile;
  /** The known data of these items. */
  findItems(ids: readonly string[]): Promise<ExportedItem[]>;
}

/** Number of items whose names are looked up at a time. */
const categoriesAtOnce = 1_000;

/**
 * One COCO document: one image per analysis that SUCCEEDED (a picture that was analysed twice is two images, each with its own
 * results), one annotation per detection. FAILED analyses are left out: to every tool, an image without annotations shows nothing.
 * Written in one pass over the results, because a second pass could find other results than the first.
 * @returns how many annotations
 */
export async function writeCoco(
  pages: AsyncIterable<ExportPage>,
  { file, aside, findItems }: CocoTarget,
): Promise<number> {
  const categories = new CocoCategories();
  const count = startCount();
  await file.write('{"info":{"description":"Exported by Sightline"},"images":[');
  for await (const { analyses, basis } of pages) {
    const images: string[] = [];
    const annotations: string[] = [];
    for (const analysis of analyses) {
      if (analysis.detections === null) continue;
      const image = toImage({ ...analysis, basis }, count);
      images.push(`${image.id === 1 ? '' : ','}\n${JSON.stringify(image)}`);
      for (const annotation of toAnnotations(analysis, count, categories))
        annotations.push(`${annotation.id === 1 ? '' : ','}\n${JSON.stringify(annotation)}`);
    }
    await file.write(images.join(''));
    await aside.write(annotations.join(''));
  }
  await file.write('\n],"annotations":[');
  await file.append(aside);
  await writeCategories(categories, file, findItems);
  return count.annotations;
}

/** The last list of a document, and its end. */
export async function writeCategories(
  categories: CocoCategories,
  file: TextFile,
  findItems: CocoTarget['findItems'],
): Promise<void> {
  const unnamed = [unknownCategory, ...categories.labels()].map((category) => JSON.stringify(category));
  await file.write(`\n],"categories":[\n${unnamed.join(',\n')}`);
  const all = categories.items();
  for (let start = 0; start < all.length; start += categoriesAtOnce) {
    const some = all.slice(start, start + categoriesAtOnce);
    const found = new Map((await findItems(some.map(([itemId]) => itemId))).map((item) => [item.id, item]));
    const lines = some.map(([itemId, id]) => `,\n${JSON.stringify(toCategory(itemId, id, found.get(itemId)))}`);
    await file.write(lines.join(''));
  }
  await file.write('\n]}\n');
}
