import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

/** Where tools write the names of classes: labelImg, CVAT, Ultralytics and Roboflow. */
const files = ['classes.txt', 'obj.names', 'data.yaml', 'data.yml', 'dataset.yaml'];
/** Labels lie in the folder of the data set, in `labels`, or in `labels/val`. */
const folders = ['.', '..', '../..'];

/** Names of classes with the file that they are from. */
export interface YoloClasses {
  file: string;
  nameOf: (classId: number) => string | undefined;
}

/** Looks for the names of classes in a folder of labels and in the two above it; null when there are none. */
export async function findYoloClasses(folder: string): Promise<YoloClasses | null> {
  for (const one of folders) {
    for (const name of files) {
      const file = join(folder, one, name);
      const text = await readFile(file, 'utf8').catch(() => null);
      if (text !== null) return { file, nameOf: parseYoloClasses(text, file) };
    }
  }
  return null;
}

/** `names` of a data set's YAML are a list, or a map from the number of each class. */
const dataSet = z.looseObject({
  names: z.union([z.array(z.string()), z.record(z.coerce.number<string>().int(), z.string())]),
});

/** Throws an Error that names the file. */
export function parseYoloClasses(text: string, file: string): YoloClasses['nameOf'] {
  if (!/\.ya?ml$/.test(file)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return (classId) => lines[classId] || undefined;
  }
  const parsed = dataSet.safeParse(readYaml(text, file));
  if (!parsed.success) {
    throw new Error(`${file} has no names of classes. Write them as a list, such as names: [cereal, jam].`);
  }
  const { names } = parsed.data;
  return (classId) => (Array.isArray(names) ? names[classId] : names[classId]);
}

function readYaml(text: string, file: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`${file} is not valid YAML: ${(error as Error).message}`, { cause: error });
  }
}
