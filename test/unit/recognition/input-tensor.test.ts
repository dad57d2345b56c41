import { expect, test } from 'vitest';
import { fillPlanes, type PixelFormat, preparePlanes } from '../../../src/recognition/input-tensor.ts';

const format: PixelFormat = { colorOrder: 'RGB', range: '0..1', mean: [0, 0, 0], std: [1, 1, 1], padValue: 51 };
/** Two pixels side by side: one red-ish, one blue-ish. */
const rgb = Uint8Array.from([255, 0, 51, 0, 102, 255]);
const picture = { width: 2, height: 1 };

function fill(change: Partial<PixelFormat>, frame = picture): number[] {
  const target = new Float32Array(3 * frame.width * frame.height);
  fillPlanes(rgb, picture, frame, preparePlanes({ ...format, ...change }), target, 0);
  return [...target].map((value) => Number(value.toFixed(4)));
}

test('writes one plane a channel', () => {
  expect(fill({})).toEqual([1, 0, 0, 0.4, 0.2, 1]);
});

test('writes blue first for a model that wants BGR', () => {
  expect(fill({ colorOrder: 'BGR' })).toEqual([0.2, 1, 0, 0.4, 1, 0]);
});

test('takes off the mean and divides by the deviation of each plane', () => {
  expect(fill({ mean: [0.5, 0, 0.2], std: [0.5, 2, 1] })).toEqual([1, -1, 0, 0.2, 0, 0.8]);
});

test('keeps bytes as they are for a model that wants 0..255', () => {
  expect(fill({ range: '0..255' })).toEqual([255, 0, 0, 102, 51, 255]);
});

test('fills what the picture leaves free, right and below', () => {
  expect(fill({}, { width: 3, height: 2 }).slice(0, 6)).toEqual([1, 0, 0.2, 0.2, 0.2, 0.2]);
});

test('refuses a picture larger than the frame', () => {
  expect(() => fill({}, { width: 1, height: 1 })).toThrow(RangeError);
});
