import type { ScoredBox, Size } from '../box.ts';
import {
  addBox,
  classCount,
  cornersAround,
  type DetectorDecoder,
  findHighest,
  labelOf,
  tellClasses,
} from './detector.ts';
import { getShaped } from './tensor.ts';

export interface YoloxOutput {
  decoder: 'yolox';
  tensors: { predictions: string };
  /** pixel: exported with decode_in_inference; cell: the boxes are still those of the head, relative to cells of its grids. */
  boxUnit: 'pixel' | 'cell';
  /** Pixels of a cell's side in each grid, in the order of the output. */
  strides: readonly number[];
}

/**
 * `predictions` [batch, n, 5 + classes] as Megvii's YOLOX exports them: centre x, centre y, width, height, objectness 0..1,
 * then one score 0..1 a class; a box's score is objectness times class. In cells, a centre is an offset from its cell's
 * corner in cells, and a size the logarithm of its cells (YOLOX, arXiv 2107.08430; rows go grid by grid, line by line).
 */
export const decodeYolox: DetectorDecoder<YoloxOutput> = (outputs, { output, input, labels }, index, minScore) => {
  const classes = classCount(labels);
  const columns = 5 + classes;
  const name = output.tensors.predictions;
  const wayOut = `That is 5 numbers and ${tellClasses(classes)}: give "labels" one name per class.`;
  const { data, dims } = getShaped(outputs, name, ['batch', 'n', columns], wayOut);
  const count = dims[1]!;
  const cells = output.boxUnit === 'cell' ? listCells(name, count, input, output.strides) : null;
  const found: ScoredBox[] = [];
  for (let row = 0; row < count; row++) {
    const start = (index * count + row) * columns;
    const label = findHighest(data, start + 5, classes);
    const score = data[start + 4]! * data[start + 5 + label]!;
    if (!(score >= minScore)) continue;
    const box = [data[start]!, data[start + 1]!, data[start + 2]!, data[start + 3]!] as const;
    addBox(found, cornersAround(...(cells ? toPixels(box, cells[row]!) : box)), score, labelOf(labels, label));
  }
  return found;
};

type CenteredBox = readonly [centerX: number, centerY: number, width: number, height: number];

interface Cell {
  x: number;
  y: number;
  stride: number;
}

function toPixels([offsetX, offsetY, width, height]: CenteredBox, { x, y, stride }: Cell): CenteredBox {
  return [(x + offsetX) * stride, (y + offsetY) * stride, Math.exp(width) * stride, Math.exp(height) * stride];
}

function listCells(name: string, count: number, input: Size, strides: readonly number[]): Cell[] {
  const cells: Cell[] = [];
  for (const stride of strides) {
    for (let y = 0; y < Math.floor(input.height / stride); y++) {
      for (let x = 0; x < Math.floor(input.width / stride); x++) cells.push({ x, y, stride });
    }
  }
  if (cells.length === count) return cells;
  throw new Error(
    `The model's output "${name}" has ${count} rows, but an input of ${input.width} x ${input.height} has ${cells.length} cells with the strides ${strides.join(', ')}. Correct "strides" or the input's size.`,
  );
}
