import { parse } from 'node:path';
import { boxAround, type DrawnBox, type LabelEntry } from './label-file.ts';

/** Rounding moves a box at the edge slightly beyond it; values in pixels are far beyond. */
const beyondEdge = 0.01;

/** Whether a text file consists of numbers alone, as labels of YOLO do; a picture without products has none. */
export function isYolo(text: string): boolean {
  return /^[-+\d.eE\s]*$/.test(text);
}

/**
 * The labels of one picture: one line per box, with the number of its class, then the centre, width and height (or the corners of
 * an outline) as shares of the picture. Throws an Error that names the line.
 * @param file path of the text file, named as its picture is
 * @param nameOf the name of a class by its number; undefined: there is no such class
 */
export function readYolo(text: string, file: string, nameOf: (classId: number) => string | undefined): LabelEntry {
  const boxes = text.split(/\r?\n/).flatMap((line, index): DrawnBox[] => {
    if (line.trim() === '') return [];
    const where = `Line ${index + 1} of ${file}`;
    const [classId, ...values] = line.trim().split(/\s+/).map(Number);
    const category = nameOf(classId!);
    if (category === undefined)
      throw new Error(`${where} has the class ${classId}, which the file of classes does not name.`);
    return [{ ...toBox(values, where), category, crowd: false }];
  });
  return { names: [parse(file).name], size: null, unit: 'shares', boxes };
}

function toBox(values: readonly number[], where: string) {
  if (values.length === 5) {
    throw new Error(`${where} has six numbers, as predictions with a confidence do. Give the labels that people drew.`);
  }
  const isOutline = values.length >= 6 && values.length % 2 === 0;
  if (values.length !== 4 && !isOutline) {
    throw new Error(
      `${where} has ${values.length + 1} numbers; a box has five: class, x and y of its centre, width, height.`,
    );
  }
  if (!values.every((value) => value >= -beyondEdge && value <= 1 + beyondEdge)) {
    throw new Error(
      `${where} has numbers outside 0 to 1. Boxes must be shares of the picture's width and height, not pixels.`,
    );
  }
  const box = isOutline ? boxAround(pairs(values)) : fromCentre(values);
  if (!box) throw new Error(`${where} has a box without width or height. Remove it.`);
  return box;
}

function fromCentre(values: readonly number[]) {
  const [x, y, width, height] = values as [number, number, number, number];
  return width > 0 && height > 0 ? { x: x - width / 2, y: y - height / 2, width, height } : null;
}

function pairs(values: readonly number[]): [number, number][] {
  return Array.from({ length: values.length / 2 }, (_, index) => [values[2 * index]!, values[2 * index + 1]!]);
}
