import type { DetectorOutput } from '../../src/recognition/decoders/index.ts';
import { type ColourOutput, type ColourValue, colourModel } from './onnx.ts';
import { frameSide } from './own-models.ts';

/** What the tiny detectors find on a picture of the right red, in pixels of their frame; `label` counts `truthLabels`. */
export const truth = [
  { x: 8, y: 4, width: 16, height: 8, score: 0.8, label: 0 },
  { x: 32, y: 8, width: 8, height: 16, score: 0.6, label: 1 },
] as const;
export const truthLabels = ['jar', 'tin'];

type Found = (typeof truth)[number];

/**
 * Outputs of a detector, in each format, that say `truth` for a picture whose mean red (0..1, with what fills the frame) is
 * `red`, and nothing for black.
 */
export type Format = { output: DetectorOutput; labels: readonly string[]; encode(red: number): ColourOutput[] };

/** `value` for the right red, `black` for black. */
function byRed(red: number, value: number, black: number): ColourValue {
  return [black, (value - black) / red, 0, 0];
}

const centered = ({ x, y, width, height }: Found) => [x + width / 2, y + height / 2, width, height];
const corners = ({ x, y, width, height }: Found) => [x, y, x + width, y + height];
const shares = (values: readonly number[]) => values.map((value) => value / frameSide);
const isOf = (found: Found, label: number) => found.label === label;
const logit = (share: number) => Math.log(share / (1 - share));

/** A score for each class: that of the class it is, and a lower one of the other. */
function classScores(red: number, found: Found, change = (score: number) => score): ColourValue[] {
  return truthLabels.map((_, label) => byRed(red, change(isOf(found, label) ? found.score : 0.1), change(0.001)));
}

function columns(rows: readonly (readonly ColourValue[])[]): ColourValue[] {
  return rows[0]!.flatMap((_, column) => rows.map((row) => row[column]!));
}

const boxes = (values: readonly ColourValue[]): ColourOutput => ({ name: 'boxes', dims: [truth.length, 4], values });
const yoloRows = (red: number) => truth.map((found) => [...centered(found), ...classScores(red, found)]);

/** Of the 8 x 8, 4 x 4 and 2 x 2 cells of a frame of 64 pixels, a cell of the first grid for each of `truth`. */
function yoloxCells(red: number): ColourValue[] {
  const rows = Array.from({ length: 64 + 16 + 4 }, (): ColourValue[] => [0, 0, 0, 0, 0, 0, 0]);
  for (const found of truth) {
    const [centerX, centerY, width, height] = centered(found).map((value) => value / 8) as [
      number,
      number,
      number,
      number,
    ];
    const [column, line] = [Math.floor(centerX), Math.floor(centerY)];
    const scores = classScores(red, found);
    rows[line * 8 + column] = [centerX - column, centerY - line, Math.log(width), Math.log(height), 1, ...scores];
  }
  return rows.flat();
}

export const formats: Record<string, Format> = {
  'boxes-scores': {
    output: { decoder: 'boxes-scores', tensors: { boxes: 'boxes', scores: 'scores' } },
    labels: [],
    encode: (red) => [
      boxes(truth.flatMap(corners)),
      { name: 'scores', dims: [truth.length], values: truth.map(({ score }) => byRed(red, score, 0)) },
    ],
  },
  'yolo-v8': {
    output: { decoder: 'yolo-v8', tensors: { predictions: 'output0' } },
    labels: truthLabels,
    encode: (red) => [{ name: 'output0', dims: [6, truth.length], values: columns(yoloRows(red)) }],
  },
  'yolo-v8-rows': {
    output: { decoder: 'yolo-v8', tensors: { predictions: 'output0' } },
    labels: [...truthLabels, 'box'],
    encode: (red) => [
      { name: 'output0', dims: [truth.length, 7], values: yoloRows(red).flatMap((row) => [...row, 0]) },
    ],
  },
  'yolox-pixels': {
    output: { decoder: 'yolox', tensors: { predictions: 'output' }, boxUnit: 'pixel', strides: [8, 16, 32] },
    labels: truthLabels,
    encode: (red) => {
      const values = truth.flatMap((found) => [
        ...centered(found),
        0.9,
        ...classScores(red, found, (score) => score / 0.9),
      ]);
      return [{ name: 'output', dims: [truth.length, 7], values }];
    },
  },
  'yolox-cells': {
    output: { decoder: 'yolox', tensors: { predictions: 'output' }, boxUnit: 'cell', strides: [8, 16, 32] },
    labels: truthLabels,
    encode: (red) => [{ name: 'output', dims: [84, 7], values: yoloxCells(red) }],
  },
  'detr-softmax': {
    output: {
      decoder: 'detr',
      tensors: { boxes: 'boxes', logits: 'logits' },
      activation: 'softmax',
      background: 'last',
    },
    labels: truthLabels,
    encode: (red) => {
      const logits = truth.flatMap((found) => [
        ...classScores(red, found, Math.log),
        byRed(red, Math.log(1 - found.score - 0.1), 0),
      ]);
      return [
        boxes(truth.flatMap((found) => shares(centered(found)))),
        { name: 'logits', dims: [truth.length, 3], values: logits },
      ];
    },
  },
  'detr-sigmoid': {
    output: {
      decoder: 'detr',
      tensors: { boxes: 'boxes', logits: 'logits' },
      activation: 'sigmoid',
      background: 'none',
    },
    labels: truthLabels,
    encode: (red) => [
      boxes(truth.flatMap((found) => shares(centered(found)))),
      { name: 'logits', dims: [truth.length, 2], values: truth.flatMap((found) => classScores(red, found, logit)) },
    ],
  },
  'ssd-pixels': {
    output: {
      decoder: 'ssd',
      tensors: { boxes: 'boxes', scores: 'scores' },
      background: 'first',
      boxUnit: 'pixel',
      boxOrder: 'xy',
    },
    labels: truthLabels,
    encode: (red) => [
      boxes(truth.flatMap(corners)),
      { name: 'scores', dims: [truth.length, 3], values: truth.flatMap((found) => [0.95, ...classScores(red, found)]) },
    ],
  },
  'ssd-tensorflow': {
    output: {
      decoder: 'ssd',
      tensors: { boxes: 'boxes', scores: 'scores' },
      background: 'none',
      boxUnit: 'share',
      boxOrder: 'yx',
    },
    labels: truthLabels,
    encode: (red) => [
      boxes(truth.flatMap(({ x, y, width, height }) => shares([y, x, y + height, x + width]))),
      { name: 'scores', dims: [truth.length, 2], values: truth.flatMap((found) => classScores(red, found)) },
    ],
  },
};

/** A detector in one of the formats. */
export function detectorModel(name: keyof typeof formats, red: number): Buffer {
  return colourModel(formats[name]!.encode(red));
}
