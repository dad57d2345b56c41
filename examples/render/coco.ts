import type { TrueFacing } from './truth.ts';

interface Shelf {
  file: string;
  width: number;
  height: number;
  facings: TrueFacing[];
}

/** What `sightline models evaluate` takes for products that are in no catalogue. */
const unknown = 'unknown';

/** The truth as a COCO object detection document: each product of the catalogue is a category, named as its picture is. */
export function cocoTruth(shelves: readonly Shelf[]) {
  const facings = shelves.flatMap((shelf, index) => shelf.facings.map((facing) => ({ ...facing, image: index + 1 })));
  const names = [...new Set(facings.map(({ product }) => product ?? unknown))].sort();
  return {
    images: shelves.map(({ file, width, height }, index) => ({
      id: index + 1,
      file_name: file.replace('shelves/', ''),
      width,
      height,
    })),
    categories: names.map((name, index) => ({ id: index + 1, name, supercategory: 'product' })),
    annotations: facings.map(({ image, product, box: { x, y, width, height } }, index) => ({
      id: index + 1,
      image_id: image,
      category_id: names.indexOf(product ?? unknown) + 1,
      bbox: [x, y, width, height],
      area: Math.round(width * height),
      iscrowd: 0,
    })),
  };
}
