import { CocoCategories, unknownCategory } from '../recognition/coco.ts';
import { type CocoSource, startCount, toAnnotations, toCategory, toImage } from './coco-parts.ts';
import type { ExportedItem } from './export-pages.repository.ts';

/** The COCO document of one analysis, with the same parts as an export. @param items by id, as far as they are known. */
export function cocoDocument(source: CocoSource, items: ReadonlyMap<string, ExportedItem>): Record<string, unknown> {
  const categories = new CocoCategories();
  const count = startCount();
  const images = [toImage(source, count)];
  const annotations = toAnnotations(source, count, categories);
  return {
    info: { description: 'Made by Sightline' },
    images,
    annotations,
    categories: [
      unknownCategory,
      ...categories.labels(),
      ...categories.items().map(([itemId, id]) => toCategory(itemId, id, items.get(itemId))),
    ],
  };
}
