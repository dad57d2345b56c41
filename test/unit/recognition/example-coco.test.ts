import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** examples/coco.json and examples/truth.json say the same. */
const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8'));

test('the COCO document of the examples has the boxes of their truth', () => {
  const { images, categories, annotations } = read('coco.json');
  const nameOf = new Map(categories.map(({ id, name }: { id: number; name: string }) => [id, name]));
  const fromCoco = images.map((image: { id: number; file_name: string; width: number; height: number }) => ({
    file: `shelves/${image.file_name}`,
    width: image.width,
    height: image.height,
    boxes: annotations
      .filter(({ image_id }: { image_id: number }) => image_id === image.id)
      .map(({ category_id, bbox }: { category_id: number; bbox: number[] }) => [nameOf.get(category_id), ...bbox]),
  }));
  interface Shelf {
    file: string;
    width: number;
    height: number;
    facings: { product: string | null; box: { x: number; y: number; width: number; height: number } }[];
  }
  const fromTruth = read('truth.json').shelves.map(({ file, width, height, facings }: Shelf) => ({
    file,
    width,
    height,
    boxes: facings.map(({ product, box }) => [product ?? 'unknown', box.x, box.y, box.width, box.height]),
  }));
  expect(fromCoco).toEqual(fromTruth);
});
