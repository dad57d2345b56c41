import type { ScoredBox } from '../box.ts';
import {
  addBox,
  classCount,
  cornersAround,
  type DetectorDecoder,
  findHighest,
  labelOf,
  tellClasses,
} from './detector.ts';
import { getOutput, hasShape, type OutputTensor, type Shape, tellShapes } from './tensor.ts';

export interface YoloV8Output {
  decoder: 'yolo-v8';
  tensors: { predictions: string };
}

/**
 * `predictions` [batch, 4 + classes, n], as Ultralytics exports v8 and v11 without NMS: centre x, centre y, width, height in pixels
 * of the input frame, then one score 0..1 per class; no objectness. [batch, n, 4 + classes] is read, too, unless it is ambiguous.
 */
export const decodeYoloV8: DetectorDecoder<YoloV8Output> = (outputs, { output, labels }, index, minScore) => {
  const name = output.tensors.predictions;
  const tensor = getOutput(outputs, name);
  const classes = classCount(labels);
  const { count, rowStep, columnStep } = findLayout(name, tensor, classes);
  const { data } = tensor;
  const found: ScoredBox[] = [];
  for (let row = 0; row < count; row++) {
    const start = index * count * (4 + classes) + row * rowStep;
    const label = findHighest(data, start + 4 * columnStep, classes, columnStep);
    const score = data[start + (4 + label) * columnStep]!;
    if (!(score >= minScore)) continue;
    const value = (column: number) => data[start + column * columnStep]!;
    addBox(found, cornersAround(value(0), value(1), value(2), value(3)), score, labelOf(labels, label));
  }
  return found;
};

/** Corners, score and class, which exports with NMS return for each box. */
const columnsAfterNms = 6;

/** Distance in memory between candidates, and between the numbers of one candidate. */
function findLayout(name: string, tensor: OutputTensor, classes: number) {
  const columns = 4 + classes;
  const columnsFirst: Shape = ['batch', columns, 'n'];
  const rowsFirst: Shape = ['batch', 'n', columns];
  const fits = [columnsFirst, rowsFirst].filter((shape) => hasShape(tensor, shape));
  if (fits.length === 0) {
    const wayOut = `That is 4 numbers and ${tellClasses(classes)}: give "labels" one name per class, and export without NMS.`;
    throw new Error(`${tellShapes(name, tensor, [columnsFirst, rowsFirst])} ${wayOut}`);
  }
  if (fits.length === 2) {
    throw new Error(
      `The model's output "${name}" is [${tensor.dims.join(', ')}]: with ${classes} labels its rows and columns cannot be told apart. Export it for another input size.`,
    );
  }
  const isColumnsFirst = fits[0] === columnsFirst;
  if (!isColumnsFirst && columns === columnsAfterNms) {
    throw new Error(
      `The model's output "${name}" is [${tensor.dims.join(', ')}]: 2 classes in rows, or what is left after NMS, which looks the same. Export it without NMS as [batch, 6, n].`,
    );
  }
  const count = tensor.dims[isColumnsFirst ? 2 : 1]!;
  return { count, rowStep: isColumnsFirst ? 1 : columns, columnStep: isColumnsFirst ? count : 1 };
}
