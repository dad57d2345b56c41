import type { Detection } from './detection.ts';

/**
 * Parts of a COCO object detection document (https://cocodataset.org/#format-data). Boxes are x, y, width, height in pixels
 * of the picture after EXIF orientation, as everywhere here.
 */
export interface CocoImage {
  id: number;
  width: number;
  height: number;
  file_name: string;
}

export interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  bbox: readonly [x: number, y: number, width: number, height: number];
  /** Square pixels. */
  area: number;
  iscrowd: 0;
  /** The outline of the box: only boxes are found, and pycocotools cannot make a mask without an outline. */
  segmentation: readonly [outline: readonly number[]];
  /** 0..1 */
  score: number;
}

export interface CocoCategory {
  id: number;
  name: string;
  supercategory: string;
}

/** The category of products that are none of the items or too uncertain to name, in every document. */
export const unknownCategory: CocoCategory = { id: 1, name: 'unknown', supercategory: 'product' };

/** What decides about a detection's category. */
type Categorised = Pick<Detection, 'itemId' | 'label' | 'group'>;

/**
 * Numbers the categories of one document: first the unknown one, then items, and labels that are in a group (people, animals,
 * vehicles), in the order in which they occur.
 */
export class CocoCategories {
  readonly #items = new Map<string, number>();
  readonly #labels = new Map<string, CocoCategory>();

  idOf({ itemId, label, group }: Categorised): number {
    if (itemId !== null) {
      const id = this.#items.get(itemId) ?? this.#next();
      this.#items.set(itemId, id);
      return id;
    }
    if (label === null || !group) return unknownCategory.id;
    const key = JSON.stringify([group, label]);
    const category = this.#labels.get(key) ?? { id: this.#next(), name: label, supercategory: group };
    this.#labels.set(key, category);
    return category.id;
  }

  /** Items with their numbers, in that order. */
  items(): [itemId: string, id: number][] {
    return [...this.#items];
  }

  labels(): CocoCategory[] {
    return [...this.#labels.values()];
  }

  #next(): number {
    return unknownCategory.id + 1 + this.#items.size + this.#labels.size;
  }
}

export function cocoAnnotation(
  { box, confidence }: { box: readonly [number, number, number, number]; confidence: number },
  ids: { id: number; image_id: number; category_id: number },
): CocoAnnotation {
  const [left, top, width, height] = box;
  // Sums and products of rounded numbers again have insignificant digits.
  const [right, bottom] = [round(left + width), round(top + height)];
  const outline = [left, top, right, top, right, bottom, left, bottom];
  return { ...ids, bbox: box, area: round(width * height), iscrowd: 0, segmentation: [outline], score: confidence };
}

/** To 0.01 (square) pixels. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
