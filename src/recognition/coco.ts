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

/** Numbers the categories of one document: first the unknown one, then items in the order in which they occur. */
export class CocoCategories {
  readonly #ids = new Map<string, number>();

  /** @param itemId null: unknown */
  idOf(itemId: string | null): number {
    if (itemId === null) return unknownCategory.id;
    const id = this.#ids.get(itemId) ?? unknownCategory.id + 1 + this.#ids.size;
    this.#ids.set(itemId, id);
    return id;
  }

  /** Items with their numbers, in that order. */
  items(): [itemId: string, id: number][] {
    return [...this.#ids];
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
