import { z } from 'zod';
import type { Size } from '../../../recognition/box.ts';
import { shorten } from '../picture-folder.ts';
import { checkJson } from './check-json.ts';
import type { DrawnBox, LabelEntry, LabelFile } from './label-file.ts';
import { pictureNames } from './label-studio-names.ts';

const names = z.array(z.string()).optional();

const region = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  original_width: z.int().positive().optional(),
  original_height: z.int().positive().optional(),
  image_rotation: z.number().optional(),
  value: z.looseObject({
    x: z.number().optional(),
    y: z.number().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    rotation: z.number().optional(),
    rectanglelabels: names,
    labels: names,
  }),
});

const annotation = z.looseObject({
  result: z.array(region),
  was_cancelled: z.boolean().optional(),
  ground_truth: z.boolean().optional(),
});

const task = z.looseObject({
  id: z.union([z.int(), z.string()]).optional(),
  data: z.record(z.string(), z.unknown()),
  annotations: z.array(annotation),
});

type Region = z.infer<typeof region>;

/**
 * Reads the export called "JSON" (not "JSON-MIN"). If several people have labelled a picture, the annotation marked as ground truth
 * is used, otherwise the first; predictions are ignored. Throws an Error whose message says what to change.
 */
export function readLabelStudio(value: readonly unknown[], file: string): LabelFile {
  const isTask = (each: unknown) => typeof each === 'object' && each !== null && 'annotations' in each;
  if (value.length > 0 && !value.some(isTask)) {
    throw new Error(
      `${file} has no annotations. If it is an export of Label Studio, export it again as "JSON", not as "JSON-MIN".`,
    );
  }
  const tasks = checkJson(z.array(task).min(1, 'has no tasks'), value, file, 'JSON export of Label Studio');
  const several: string[] = [];
  const entries = tasks.flatMap((each): LabelEntry[] => {
    const done = each.annotations.filter(({ was_cancelled }) => !was_cancelled);
    const chosen = done.find(({ ground_truth }) => ground_truth) ?? done[0];
    if (!chosen) return [];
    const candidates = pictureNames(each.data, `task ${each.id ?? ''} of ${file}`);
    if (done.length > 1) several.push(candidates[0]!);
    return [toEntry(candidates, chosen.result)];
  });
  return { format: 'Label Studio', entries, notes: several.length > 0 ? [noteSeveral(several)] : [] };
}

function noteSeveral(names: readonly string[]): string {
  return `Several people have labelled ${shorten(names)}: the annotation marked as ground truth counts, else the first.`;
}

function toEntry(candidates: readonly string[], regions: readonly Region[]): LabelEntry {
  const where = candidates[0]!;
  const labelled = new Set(regions.filter((each) => labelOf(each) !== undefined).map((each) => each.id));
  const boxes = regions.flatMap((each): DrawnBox[] => {
    expectRectangle(each, where);
    const { x, y, width, height } = each.value;
    if (x === undefined || y === undefined || !width || !height) return [];
    const category = labelOf(each);
    // Rectangle and Labels as two tags give two regions of one id; the one without a label adds nothing.
    if (category === undefined && labelled.has(each.id)) return [];
    if (category === undefined) throw new Error(`${where} has a rectangle without a label. Give it one, or remove it.`);
    expectUpright(each, where);
    return [{ x: x / 100, y: y / 100, width: width / 100, height: height / 100, category, crowd: false }];
  });
  return { names: candidates, size: sizeOf(regions), unit: 'shares', boxes };
}

function labelOf({ value }: Region): string | undefined {
  return value.rectanglelabels?.[0] ?? value.labels?.[0];
}

/** Polygons, brushes and ellipses are not ignored silently, because every box found there would count as a false alarm. */
function expectRectangle({ type }: Region, where: string): void {
  if (!/^(polygon|brush|ellipse|keypoint|vector|bitmask)/.test(type)) return;
  throw new Error(`${where} has a region of the type ${type}. Draw products as rectangles (RectangleLabels).`);
}

function expectUpright({ value, image_rotation }: Region, where: string): void {
  if (image_rotation) {
    throw new Error(
      `${where} was labelled turned by ${image_rotation}°. Turn it back in Label Studio, and label it upright.`,
    );
  }
  if (value.rotation) {
    throw new Error(
      `${where} has a box that is rotated by ${value.rotation}°. The boxes that are found are upright: set its rotation to 0.`,
    );
  }
}

function sizeOf(regions: readonly Region[]): Size | null {
  const { original_width: width, original_height: height } = regions[0] ?? {};
  return width && height ? { width, height } : null;
}
