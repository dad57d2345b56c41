import { describe, expect, test } from 'vitest';
import { decodeEmbedding } from '../../../src/recognition/decoders/embedding.ts';
import { type DetectorOutput, decodeDetections } from '../../../src/recognition/decoders/index.ts';
import type { OutputTensors } from '../../../src/recognition/decoders/tensor.ts';

const input = { width: 64, height: 32 };
const tensor = (dims: number[], ...values: number[]) => ({ dims, data: Float32Array.from(values) });
const empty = (...dims: number[]) =>
  tensor(dims, ...new Array<number>(dims.reduce((product, size) => product * size, 1)).fill(0));

function decode(
  output: DetectorOutput,
  outputs: OutputTensors,
  options: { labels?: string[]; index?: number; minScore?: number } = {},
) {
  const { labels = ['jar', 'tin'], index = 0, minScore = 0.5 } = options;
  return decodeDetections(outputs, { output, input, labels }, index, minScore);
}

describe('boxes-scores', () => {
  const output: DetectorOutput = { decoder: 'boxes-scores', tensors: { boxes: 'b', scores: 's' } };
  const outputs = {
    b: tensor([2, 2, 4], 0, 0, 10, 20, 5, 5, 5, 9, 1, 2, 3, 4, 2, 2, Number.NaN, 9),
    s: tensor([2, 2], 0.9, 0.8, 0.7, 0.95),
  };

  test('reads the boxes of its picture of the batch and leaves out empty and non-finite ones', () => {
    const labels: string[] = [];
    expect(decode(output, outputs, { labels })).toMatchObject([{ x: 0, y: 0, width: 10, height: 20, label: null }]);
    expect(decode(output, outputs, { labels, index: 1 })).toMatchObject([{ x: 1, y: 2, width: 2, height: 2 }]);
  });

  test('leaves out what is not sure enough', () => {
    expect(decode(output, outputs, { index: 1, minScore: 0.75 })).toEqual([]);
  });
});

/** The numbers are those of float32 tensors. */
const near = (box: { x: number; y: number; width: number; height: number }) =>
  Object.fromEntries(Object.entries(box).map(([name, value]) => [name, expect.closeTo(value, 4)]));

/**
 * The same two boxes in every format, as picture 1 of a batch whose picture 0 is empty: a jar at 8, 4 of 16 x 8 that is 0.8
 * sure, and a tin at 32, 8 of 8 x 16 that is 0.6 sure.
 */
const found = [
  { x: 8, y: 4, width: 16, height: 8, score: expect.closeTo(0.8, 5), label: 0 },
  { x: 32, y: 8, width: 8, height: 16, score: expect.closeTo(0.6, 5), label: 1 },
].map(({ score, label, ...box }) => ({ ...near(box), score, label }));

const logit = (share: number) => Math.log(share / (1 - share));
const jar = [16 / 64, 8 / 32, 16 / 64, 8 / 32];
const tin = [36 / 64, 16 / 32, 8 / 64, 16 / 32];
const detrTensors = { boxes: 'b', logits: 'l' };
const ssdTensors = { boxes: 'b', scores: 's' };
const none8 = new Array<number>(8).fill(0);

const formats: [string, DetectorOutput, OutputTensors, labels?: string[]][] = [
  [
    'yolo-v8, columns first as Ultralytics exports it',
    { decoder: 'yolo-v8', tensors: { predictions: 'p' } },
    {
      p: tensor(
        [2, 6, 3],
        ...new Array<number>(18).fill(0),
        ...[16, 36, 9, 8, 16, 9, 16, 8, 9, 8, 16, 9, 0.8, 0.1, 0.2, 0.1, 0.6, 0.3],
      ),
    },
  ],
  [
    'yolo-v8, rows first',
    { decoder: 'yolo-v8', tensors: { predictions: 'p' } },
    { p: tensor([2, 2, 7], ...new Array<number>(14).fill(0), 16, 8, 16, 8, 0.8, 0, 0.1, 36, 16, 8, 16, 0.2, 0.6, 0) },
    ['jar', 'tin', 'box'],
  ],
  [
    'yolox in pixels',
    { decoder: 'yolox', tensors: { predictions: 'p' }, boxUnit: 'pixel', strides: [8, 16, 32] },
    {
      p: tensor([2, 2, 7], ...new Array<number>(14).fill(0), 16, 8, 16, 8, 0.8, 1, 0.2, 36, 16, 8, 16, 0.75, 0.1, 0.8),
    },
  ],
  [
    'detr by softmax, background last',
    { decoder: 'detr', tensors: detrTensors, activation: 'softmax', background: 'last' },
    {
      b: tensor([2, 2, 4], ...none8, ...jar, ...tin),
      l: tensor([2, 2, 3], ...[0, 0, 9, 0, 0, 9], ...[0.8, 0.15, 0.05, 0.1, 0.6, 0.3].map(Math.log)),
    },
  ],
  [
    'detr by sigmoid, background first',
    { decoder: 'detr', tensors: detrTensors, activation: 'sigmoid', background: 'first' },
    {
      b: tensor([2, 2, 4], ...none8, ...jar, ...tin),
      l: tensor([2, 2, 3], ...[9, -9, -9, 9, -9, -9], ...[0.9, 0.8, 0.1, 0.9, 0.1, 0.6].map(logit)),
    },
  ],
  [
    'detr by sigmoid, without background',
    { decoder: 'detr', tensors: detrTensors, activation: 'sigmoid', background: 'none' },
    {
      b: tensor([2, 2, 4], ...none8, ...jar, ...tin),
      l: tensor([2, 2, 2], ...[-9, -9, -9, -9], ...[0.8, 0.1, 0.1, 0.6].map(logit)),
    },
  ],
  [
    'ssd in pixels, background first',
    { decoder: 'ssd', tensors: ssdTensors, background: 'first', boxUnit: 'pixel', boxOrder: 'xy' },
    {
      b: tensor([2, 2, 4], ...none8, 8, 4, 24, 12, 32, 8, 40, 24),
      s: tensor([2, 2, 3], ...[1, 0, 0, 1, 0, 0], ...[0.9, 0.8, 0.1, 0.9, 0.1, 0.6]),
    },
  ],
  [
    'ssd in shares, y before x, without background',
    { decoder: 'ssd', tensors: ssdTensors, background: 'none', boxUnit: 'share', boxOrder: 'yx' },
    {
      b: tensor([2, 2, 4], ...none8, 4 / 32, 8 / 64, 12 / 32, 24 / 64, 8 / 32, 32 / 64, 24 / 32, 40 / 64),
      s: tensor([2, 2, 2], ...[0, 0, 0, 0], ...[0.8, 0.1, 0.1, 0.6]),
    },
  ],
];

describe('the same boxes are read from', () => {
  test.each(formats)('%s', (_name, output, outputs, labels) => {
    expect(decode(output, outputs, { labels, index: 1 })).toEqual(found);
    expect(decode(output, outputs, { labels, index: 0 })).toEqual([]);
    expect(decode(output, outputs, { labels, index: 1, minScore: 0.7 })).toEqual(found.slice(0, 1));
  });

  test('yolox in cells of its grids, line by line, grid by grid', () => {
    const output: DetectorOutput = {
      decoder: 'yolox',
      tensors: { predictions: 'p' },
      boxUnit: 'cell',
      strides: [8, 16, 32],
    };
    // 8 x 4, 4 x 2 and 2 x 1 cells.
    const p = empty(1, 32 + 8 + 2, 7);
    p.data.set([0.5, 0, Math.log(2), 0, 0.8, 1, 0.2], 7 * (1 * 8 + 1));
    p.data.set([0.25, 0, Math.log(0.5), 0, 0.75, 0.1, 0.8], 7 * (32 + 4 + 2));
    expect(decode(output, { p })).toEqual([{ ...found[0], ...near({ x: 4, y: 4, width: 16, height: 8 }) }, found[1]]);
  });
});

describe('outputs of another shape are refused with a sentence that says what to change:', () => {
  const yoloV8: DetectorOutput = { decoder: 'yolo-v8', tensors: { predictions: 'p' } };
  const yolox: DetectorOutput = { decoder: 'yolox', tensors: { predictions: 'p' }, boxUnit: 'cell', strides: [8, 16] };
  const detr: DetectorOutput = { decoder: 'detr', tensors: detrTensors, activation: 'softmax', background: 'last' };
  const ssd: DetectorOutput = {
    decoder: 'ssd',
    tensors: ssdTensors,
    background: 'first',
    boxUnit: 'pixel',
    boxOrder: 'xy',
  };
  const boxesScores: DetectorOutput = { decoder: 'boxes-scores', tensors: ssdTensors };
  test.each<[string, DetectorOutput, OutputTensors, RegExp]>([
    [
      'an output that is not there',
      boxesScores,
      { b: empty(1, 2, 4), score: empty(1, 2) },
      /no output "s"; it has b, score\./,
    ],
    [
      'an output of another type',
      yoloV8,
      { p: { dims: [1, 6, 9], data: new BigInt64Array(54) as unknown as Float32Array } },
      /"p" is not float32\. Export/,
    ],
    ['scores of several classes', boxesScores, { b: empty(1, 9, 4), s: empty(1, 9, 3) }, /use the decoder ssd\./],
    [
      'a yolo-v8 of 80 classes',
      yoloV8,
      { p: empty(1, 84, 9) },
      /"p" is \[1, 84, 9\], not \[batch, 6, n\] or \[batch, n, 6\]\. That is 4 numbers and 2 classes: give "labels"/,
    ],
    [
      'boxes after NMS',
      yoloV8,
      { p: empty(1, 300, 6) },
      /2 classes in rows, or what is left after NMS, .* without NMS/,
    ],
    ['a yolo-v8 of as many rows as columns', yoloV8, { p: empty(1, 6, 6) }, /cannot be told apart\. Export it for an/],
    ['a yolox without objectness', yolox, { p: empty(1, 40, 6) }, /not \[batch, n, 7\]\. That is 5 numbers and 2 clas/],
    [
      'a yolox of other strides',
      yolox,
      { p: empty(1, 42, 7) },
      /42 rows, but .* has 40 cells with the strides 8, 16\./,
    ],
    [
      'a detr without a class for nothing',
      detr,
      { b: empty(1, 9, 4), l: empty(1, 9, 2) },
      /"l" is \[1, 9, 2\], not \[batch, queries, 3\]\. That is 2 classes with background "last"/,
    ],
    ['boxes of other queries', detr, { b: empty(1, 8, 4), l: empty(1, 9, 3) }, /"b" is \[1, 8, 4\], not .* swapped\./],
    [
      'an ssd of other classes',
      ssd,
      { b: empty(1, 9, 4), s: empty(1, 9, 92) },
      /not \[batch, n, 3\]\. That is 2 class/,
    ],
    ['an ssd in another layout', ssd, { b: empty(1, 9, 1, 4), s: empty(1, 9, 3) }, /"b" is \[1, 9, 1, 4\], not \[bat/],
  ])('%s', (_name, output, outputs, message) => {
    expect(() => decode(output, outputs)).toThrow(message);
  });
});

describe('an embedding', () => {
  const output = { tensors: { embedding: 'e' }, dimensions: 2 };

  test('is that of its picture of the batch, also as a column of one pixel', () => {
    expect([...decodeEmbedding({ e: tensor([2, 2], 1, 2, 3, 4) }, output, 1)]).toEqual([3, 4]);
    expect([...decodeEmbedding({ e: tensor([2, 2, 1, 1], 1, 2, 3, 4) }, output, 1)]).toEqual([3, 4]);
  });

  test('of another size is refused', () => {
    expect(() => decodeEmbedding({ e: empty(1, 7, 7) }, output, 0)).toThrow(
      'The model\'s output "e" is [1, 7, 7], not [batch, 2]. Make "dimensions" the size of the embedding.',
    );
  });
});
