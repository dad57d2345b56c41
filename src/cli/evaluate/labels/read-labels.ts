import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { parseJson } from './check-json.ts';
import { isCoco, readCoco } from './coco.ts';
import type { LabelFile } from './label-file.ts';
import { anyForm } from './label-forms.ts';
import { isLabelMe, readLabelMe } from './label-me.ts';
import { readLabelStudio } from './label-studio.ts';
import { readFolder } from './read-folder.ts';
import { readText } from './read-text.ts';
import { isYolo } from './yolo.ts';

/** Reads labels in any supported format, which is recognised by their content. Throws an Error whose message says what to change. */
export async function readLabels(path: string): Promise<LabelFile> {
  const found = await stat(path).catch((error: unknown) => {
    throw new Error(`The labels ${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  });
  return found.isDirectory() ? readFolder(path) : readDocument(path);
}

async function readDocument(file: string): Promise<LabelFile> {
  const text = await readText(file);
  if (/^\s*[{[]/.test(text)) return readJson(parseJson(text, file), file);
  throw new Error(
    extname(file) === '.txt' && isYolo(text)
      ? `${file} has the YOLO labels of one picture. Give the folder that it is in.`
      : `${file} is in no form that is read. Export the labels as ${anyForm}.`,
  );
}

function readJson(value: unknown, file: string): LabelFile {
  if (Array.isArray(value)) return readLabelStudio(value, file);
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && isLabelMe(value)) return { format: 'LabelMe', entries: [readLabelMe(value, file)], notes: [] };
  if (isObject && isCoco(value)) return readCoco(value, file);
  throw new Error(
    `${file} is JSON, but has neither images and annotations (COCO) nor imagePath and shapes (LabelMe), and is no list of tasks ` +
      `(Label Studio). Give ${anyForm}.`,
  );
}
