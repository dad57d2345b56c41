import { expect } from 'vitest';
import type { Data } from './user.ts';

/**
 * What COCO asks of an object detection document, as pycocotools reads it: numbers that are unique and point at something,
 * boxes inside their picture, areas and outlines that fit. test/support/check_coco.py lets pycocotools itself read one.
 */
export function expectCoco(document: Data): void {
  expect(Object.keys(document).sort()).toEqual(['annotations', 'categories', 'images', 'info']);
  const [images, categories] = [byId(document.images), byId(document.categories)];
  expectUnique(document.annotations);
  for (const { name, supercategory } of categories.values()) {
    expect(name).toEqual(expect.stringMatching(/./));
    expect(supercategory).toBe('product');
  }
  for (const { width, height, file_name } of images.values()) {
    expect(Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0).toBe(true);
    expect(file_name).toEqual(expect.stringMatching(/./));
  }
  for (const { image_id, category_id, bbox, area, iscrowd, segmentation, score } of document.annotations) {
    const image = images.get(image_id);
    expect(categories.has(category_id)).toBe(true);
    const [x, y, width, height] = bbox;
    expect(bbox).toHaveLength(4);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(width).toBeGreaterThan(0);
    expect(height).toBeGreaterThan(0);
    expect(x + width).toBeLessThanOrEqual(image.width + 0.01);
    expect(y + height).toBeLessThanOrEqual(image.height + 0.01);
    expect(area).toBeCloseTo(width * height);
    expect(iscrowd).toBe(0);
    const [right, bottom] = [expect.closeTo(x + width), expect.closeTo(y + height)];
    expect(segmentation).toEqual([[x, y, right, y, right, bottom, x, bottom]]);
    expect(score >= 0 && score <= 1).toBe(true);
  }
}

function byId(entries: Data[]): Map<number, Data> {
  expectUnique(entries);
  return new Map(entries.map((entry) => [entry.id, entry]));
}

function expectUnique(entries: Data[]): void {
  const ids = entries.map(({ id }) => id);
  for (const id of ids) expect(Number.isInteger(id) && id > 0).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
}
