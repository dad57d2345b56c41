import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { unknownCategory } from '../../recognition/coco.ts';
import type { LabelledBox } from '../../recognition/evaluation/evaluate.ts';

/** A picture with the boxes that somebody drew on it. */
export interface TruePicture {
  /** As the truth calls it, relative to the folder of the pictures. */
  file: string;
  width: number;
  height: number;
  boxes: LabelledBox[];
}

export interface Truth {
  pictures: TruePicture[];
  /** Names of the categories that are in use, sorted; without that of products in no catalogue. */
  categories: string[];
}

const id = z.union([z.int(), z.string()]);

/** As much of a COCO object detection document as is measured by; anything else in it is left unread. */
const document = z.looseObject({
  images: z
    .array(z.looseObject({ id, file_name: z.string().min(1), width: z.int().positive(), height: z.int().positive() }))
    .min(1, 'has no entries'),
  annotations: z
    .array(
      z.looseObject({
        image_id: id,
        category_id: id,
        bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
        iscrowd: z.union([z.literal(0), z.literal(1)]).default(0),
      }),
    )
    .min(1, 'has no boxes'),
  categories: z.array(z.looseObject({ id, name: z.string().min(1) })),
});

/** Problems told at once; a file with the wrong unit of boxes has one for each of thousands. */
const MOST_PROBLEMS = 5;

/**
 * Reads a COCO document. Boxes of the category `unknown` (as exports of this project call it) are products of no catalogue.
 * Throws an Error whose message says what to change.
 */
export async function readTruth(file: string): Promise<Truth> {
  const { images, annotations, categories } = await readDocument(file);
  const nameOf = new Map(categories.map((category) => [category.id, category.name]));
  const pictures = new Map(
    images.map((image): [string | number, TruePicture] => {
      return [image.id, { file: image.file_name, width: image.width, height: image.height, boxes: [] }];
    }),
  );
  if (pictures.size < images.length)
    throw new Error(`${file} has two images with the same id. Give each image a unique id.`);
  for (const { image_id, category_id, bbox, iscrowd } of annotations) {
    const name = nameOf.get(category_id);
    if (name === undefined)
      throw new Error(`${file} has a box of category ${category_id}, which is not in categories.`);
    const picture = pictures.get(image_id);
    if (!picture) throw new Error(`${file} has a box on image ${image_id}, which is not in images.`);
    const [x, y, width, height] = bbox;
    const item = name === unknownCategory.name ? null : name;
    picture.boxes.push({ x, y, width, height, item, crowd: iscrowd === 1 });
  }
  const used = [...pictures.values()].flatMap(({ boxes }) => boxes.flatMap(({ item }) => item ?? []));
  return { pictures: [...pictures.values()], categories: [...new Set(used)].sort() };
}

async function readDocument(file: string): Promise<z.infer<typeof document>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`The truth ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}.`, { cause: error });
  }
  const parsed = document.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.join('.')}: ${message}`);
  const more = parsed.error.issues.length - problems.length;
  throw new Error(
    `${file} is not a COCO document with images, annotations and categories:\n  ${problems.join('\n  ')}` +
      (more > 0 ? `\n  and ${more} more` : ''),
  );
}
