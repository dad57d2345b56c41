import { z } from 'zod';
import { checkJson } from './check-json.ts';
import { type LabelEntry, type LabelFile, lastPart } from './label-file.ts';

const id = z.union([z.int(), z.string()]);

/** The parts of a COCO object detection document that are used; everything else is ignored. */
const schema = z.looseObject({
  images: z
    .array(z.looseObject({ id, file_name: z.string().min(1), width: z.int().positive(), height: z.int().positive() }))
    .min(1, 'has no entries'),
  annotations: z
    .array(
      z.looseObject({
        image_id: id,
        category_id: id,
        bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
        iscrowd: z.union([z.literal(0), z.literal(1), z.boolean()]).default(0),
      }),
    )
    .min(1, 'has no boxes'),
  categories: z.array(z.looseObject({ id, name: z.string().min(1) })),
});

export function isCoco(value: object): boolean {
  return 'images' in value && 'annotations' in value;
}

/** Throws an Error whose message says what to change. */
export function readCoco(value: unknown, file: string): LabelFile {
  const document = checkJson(schema, value, file, 'COCO document with images, annotations and categories');
  const nameOf = new Map(document.categories.map((category) => [category.id, category.name]));
  const entries = new Map(
    document.images.map((image): [string | number, LabelEntry] => {
      const { file_name: name, width, height } = image;
      return [image.id, { names: [name, lastPart(name)], size: { width, height }, unit: 'pixels', boxes: [] }];
    }),
  );
  if (entries.size < document.images.length) {
    throw new Error(`${file} has two images with the same id. Give each image a unique id.`);
  }
  for (const { image_id, category_id, bbox, iscrowd } of document.annotations) {
    const category = nameOf.get(category_id);
    if (category === undefined) {
      throw new Error(`${file} has a box of category ${category_id}, which is not in categories.`);
    }
    const entry = entries.get(image_id);
    if (!entry) throw new Error(`${file} has a box on image ${image_id}, which is not in images.`);
    const [x, y, width, height] = bbox;
    entry.boxes.push({ x, y, width, height, category, crowd: Boolean(iscrowd) });
  }
  return { format: 'COCO', entries: [...entries.values()], notes: [] };
}
