import type { Size } from '../../recognition/box.ts';
import { unknownCategory } from '../../recognition/coco.ts';
import type { LabelledBox } from '../../recognition/evaluation/evaluate.ts';
import type { LabelledPicture } from './labels/match-labels.ts';
import { shorten } from './picture-folder.ts';

/** A picture with its true products. */
export interface TruePicture extends Size {
  /** Path from the folder of the pictures. */
  file: string;
  boxes: LabelledBox[];
}

export interface Truth {
  pictures: TruePicture[];
  /** Names of the categories of products, sorted, without that of products that are not in the catalogue. */
  categories: string[];
  /** Names of categories that are not products, sorted. */
  leftOut: string[];
}

/**
 * Keeps the boxes of these categories as products. Boxes of other categories (price tags, gaps) are removed, so whatever is found
 * there is a false alarm: ignoring it would hide that a detector mistakes price tags for products.
 * @param chosen null: all categories
 * @throws Error when no box is left, or a category is not in the labels
 */
export function chooseProducts(pictures: readonly LabelledPicture[], chosen: readonly string[] | null): Truth {
  const all = [...new Set(pictures.flatMap(({ boxes }) => boxes.map(({ category }) => category)))].sort();
  if (all.length === 0) throw new Error('The labels have no boxes. Draw one around each product.');
  const missing = chosen?.filter((category) => !all.includes(category)) ?? [];
  if (missing.length > 0) {
    throw new Error(`No box has the label ${shorten(missing)}. --categories takes labels such as ${shorten(all)}.`);
  }
  const products = chosen ?? all;
  return {
    pictures: pictures.map(({ file, width, height, boxes }) => ({
      ...{ file, width, height },
      boxes: boxes
        .filter(({ category }) => products.includes(category))
        .map(({ category, ...box }) => ({ ...box, item: category === unknownCategory.name ? null : category })),
    })),
    categories: all.filter((category) => products.includes(category) && category !== unknownCategory.name),
    leftOut: all.filter((category) => !products.includes(category)),
  };
}
