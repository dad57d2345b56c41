import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parseJson } from './check-json.ts';
import { isCoco, readCoco } from './coco.ts';
import type { LabelEntry, LabelFile } from './label-file.ts';
import { anyForm } from './label-forms.ts';
import { isLabelMe, readLabelMe } from './label-me.ts';
import { readText } from './read-text.ts';
import { isYolo, readYolo } from './yolo.ts';
import { findYoloClasses } from './yolo-classes.ts';

/** Reads the labels in a folder: LabelMe, YOLO or one COCO document. What is none of these in it is not read. */
export async function readFolder(folder: string): Promise<LabelFile> {
  const files = (await readdir(folder)).sort().map((name) => join(folder, name));
  const { labelMe, coco } = await readJsonFiles(files.filter((file) => extname(file) === '.json'));
  const yolo = await readYoloFiles(folder, files);
  if (labelMe.length > 0 && yolo) {
    throw new Error(`${folder} has both LabelMe and YOLO labels. Move one kind into a folder of its own.`);
  }
  if (labelMe.length > 0) return { format: 'LabelMe', entries: labelMe, notes: [] };
  if (yolo) return yolo;
  const [first] = coco;
  if (!first) throw new Error(`${folder} has no labels that can be read. Give ${anyForm}.`);
  if (coco.length > 1) {
    throw new Error(`${folder} has ${coco.length} COCO documents. Give one of them: --labels ${first}`);
  }
  return readCoco(parseJson(await readText(first), first), first);
}

/** The labels of LabelMe files, and which files are COCO documents. */
async function readJsonFiles(files: readonly string[]): Promise<{ labelMe: LabelEntry[]; coco: string[] }> {
  const labelMe: LabelEntry[] = [];
  const coco: string[] = [];
  // One after the other: LabelMe puts the whole picture into its file, and a thousand of those are no small amount of memory.
  for (const file of files) {
    const value = parseJson(await readText(file), file);
    if (typeof value !== 'object' || value === null) continue;
    if (isLabelMe(value)) labelMe.push(readLabelMe(value, file));
    else if (isCoco(value)) coco.push(file);
  }
  return { labelMe, coco };
}

/** null: there are none. Text files of other than numbers, such as a README or the names of classes, are none. */
async function readYoloFiles(folder: string, files: readonly string[]): Promise<LabelFile | null> {
  const named = files.filter((file) => extname(file) === '.txt' && file !== join(folder, 'classes.txt'));
  const texts = await Promise.all(named.map(async (file) => ({ file, text: await readText(file) })));
  const labels = texts.filter(({ text }) => isYolo(text));
  if (labels.length === 0) return null;
  const classes = await findYoloClasses(folder);
  const note = `No names of classes were found, so classes are called by their numbers. Add classes.txt, a name a line, to ${folder}.`;
  return {
    format: 'YOLO',
    entries: labels.map(({ text, file }) => readYolo(text, file, classes?.nameOf ?? String)),
    notes: classes ? [] : [note],
  };
}
