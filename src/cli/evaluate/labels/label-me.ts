import { parse } from 'node:path';
import { z } from 'zod';
import { checkJson } from './check-json.ts';
import { boxAround, type DrawnBox, type LabelEntry, lastPart } from './label-file.ts';

const side = z.int().positive().nullish();

const schema = z.looseObject({
  imagePath: z.string().min(1),
  // Null, or not there, in files of old versions.
  imageWidth: side,
  imageHeight: side,
  shapes: z.array(
    z.looseObject({
      label: z.string().min(1),
      // Versions before 4 drew polygons only.
      shape_type: z.string().default('polygon'),
      points: z.array(z.tuple([z.number(), z.number()])),
    }),
  ),
});

/** Shapes that surround a product; the points of a mask are two corners. */
const outlines = new Set(['rectangle', 'polygon', 'mask']);

export function isLabelMe(value: object): boolean {
  return 'shapes' in value && 'imagePath' in value;
}

/** The labels of the one picture that a LabelMe file is about. Throws an Error whose message says what to change. */
export function readLabelMe(value: unknown, file: string): LabelEntry {
  const document = checkJson(schema, value, file, 'LabelMe file with imagePath and shapes');
  const { imagePath, imageWidth, imageHeight, shapes } = document;
  return {
    // Pictures are often renamed together with their file, whose imagePath then stays as it was.
    names: [lastPart(imagePath), parse(file).name],
    size: imageWidth && imageHeight ? { width: imageWidth, height: imageHeight } : null,
    unit: 'pixels',
    boxes: shapes.map((shape, index) => toBox(shape, `shape ${index + 1} of ${file}`)),
  };
}

function toBox({ label, shape_type, points }: z.infer<typeof schema>['shapes'][number], where: string): DrawnBox {
  if (!outlines.has(shape_type)) {
    throw new Error(`${where} ("${label}") is a ${shape_type}. Draw products as rectangles or polygons.`);
  }
  const box = boxAround(points);
  if (!box) throw new Error(`${where} ("${label}") has no width or no height. Remove it, or draw it again.`);
  return { ...box, category: label, crowd: false };
}
