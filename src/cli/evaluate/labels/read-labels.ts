import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseJson } from './check-json.ts';
import { isCoco, readCoco } from './coco.ts';
import type { LabelFile } from './label-file.ts';
import { isLabelMe, readLabelMe } from './label-me.ts';
import { readLabelStudio } from './label-studio.ts';
import { isYolo, readYolo } from './yolo.ts';
import { findYoloClasses } from './yolo-classes.ts';

/** What `--labels` takes, for messages and for --help. */
export const labelForms = [
  'a COCO document',
  'a JSON export of Label Studio',
  'a folder of LabelMe files (a .json for each picture)',
  'a folder of YOLO labels (a .txt for each picture)',
];
const anyForm = `${labelForms.slice(0, -1).join(', ')}, or ${labelForms.at(-1)}`;

/** Reads labels in whichever form they are, which their content tells. Throws an Error whose message says what to change. */
export async function readLabels(path: string): Promise<LabelFile> {
  const found = await stat(path).catch((error: unknown) => {
    throw new Error(`The labels ${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  });
  return found.isDirectory() ? readFolder(path) : readDocument(path);
}

async function readDocument(file: string): Promise<LabelFile> {
  const text = await readText(file);
  if (/^\s*[{[]/.test(text)) return readJson(parseJson(text, file), file);
  const isLabel = extname(file) === '.txt' && isYolo(text);
  throw new Error(
    isLabel
      ? `${file} has the YOLO labels of one picture. Give the folder that it is in.`
      : `${file} is in no form that is read. Export the labels as ${anyForm}.`,
  );
}

function readJson(value: unknown, file: string): LabelFile {
  if (Array.isArray(value)) return readLabelStudio(value, file);
  if (isObject(value) && isLabelMe(value)) return { format: 'LabelMe', entries: [readLabelMe(value, file)], notes: [] };
  if (isObject(value) && isCoco(value)) return readCoco(value, file);
  throw new Error(
    `${file} is JSON, but has neither images and annotations (COCO) nor imagePath and shapes (LabelMe), and is no list of tasks ` +
      `(Label Studio). Give ${anyForm}.`,
  );
}

async function readFolder(folder: string): Promise<LabelFile> {
  const names = (await readdir(folder)).sort();
  const documents = await readJsonFiles(folder, names);
  const texts = await readYoloFiles(folder, names);
  const labelMe = documents.filter(({ value }) => isLabelMe(value));
  if (labelMe.length > 0 && texts.length > 0) {
    throw new Error(`${folder} has both LabelMe and YOLO labels. Move one kind into a folder of its own.`);
  }
  if (labelMe.length > 0) {
    return { format: 'LabelMe', entries: labelMe.map(({ value, file }) => readLabelMe(value, file)), notes: [] };
  }
  if (texts.length > 0) return readYoloFolder(folder, texts);
  const coco = documents.filter(({ value }) => isCoco(value));
  if (coco.length === 1) return readCoco(coco[0]!.value, coco[0]!.file);
  throw new Error(
    coco.length > 1
      ? `${folder} has ${coco.length} COCO documents. Give one of them: --labels ${coco[0]!.file}`
      : `${folder} has no labels that can be read. Give ${anyForm}.`,
  );
}

async function readYoloFolder(folder: string, texts: readonly { file: string; text: string }[]): Promise<LabelFile> {
  const classes = await findYoloClasses(folder);
  const nameOf = classes?.nameOf ?? String;
  const notes = classes
    ? []
    : [
        `No names of classes were found: they are called by their numbers. Add classes.txt, a name a line, to ${folder}.`,
      ];
  return { format: 'YOLO', entries: texts.map(({ text, file }) => readYolo(text, file, nameOf)), notes };
}

/** The objects in JSON files; what is something else is not ours. */
async function readJsonFiles(folder: string, names: readonly string[]): Promise<{ file: string; value: object }[]> {
  const files = names.filter((name) => extname(name) === '.json').map((name) => join(folder, name));
  const read = await Promise.all(files.map(async (file) => ({ file, value: parseJson(await readText(file), file) })));
  return read.flatMap(({ file, value }) => (isObject(value) ? [{ file, value }] : []));
}

/** Text files of numbers; a README or the names of classes are none. */
async function readYoloFiles(folder: string, names: readonly string[]): Promise<{ file: string; text: string }[]> {
  const files = names
    .filter((name) => extname(name) === '.txt' && name !== 'classes.txt')
    .map((name) => join(folder, name));
  const read = await Promise.all(files.map(async (file) => ({ file, text: await readText(file) })));
  return read.filter(({ text }) => isYolo(text));
}

/** Without the byte order mark that tools on Windows begin files with. */
async function readText(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
