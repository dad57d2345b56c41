import { describe, expect, test } from 'vitest';
import { detectorDecoders } from '../../../src/recognition/decoders/index.ts';

describe('boxes-scores', () => {
  const decode = detectorDecoders['boxes-scores'];
  const names = { boxes: 'b', scores: 's' };
  const outputs = {
    b: { dims: [2, 2, 4], data: Float32Array.from([0, 0, 10, 20, 5, 5, 5, 9, 1, 2, 3, 4, 2, 2, Number.NaN, 9]) },
    s: { dims: [2, 2], data: Float32Array.from([0.9, 0.8, 0.7, 0.95]) },
  };

  test('reads the boxes of its picture of the batch and leaves out empty and non-finite ones', () => {
    expect(decode(outputs, names, 0, 0)).toMatchObject([{ x: 0, y: 0, width: 10, height: 20, label: null }]);
    expect(decode(outputs, names, 1, 0)).toMatchObject([{ x: 1, y: 2, width: 2, height: 2, label: null }]);
  });

  test('leaves out what is not sure enough', () => {
    expect(decode(outputs, names, 1, 0.75)).toEqual([]);
  });

  test('says which outputs there are when one is missing', () => {
    expect(() => decode(outputs, { boxes: 'b', scores: 'nope' }, 0, 0)).toThrow(
      'The model has no output "nope"; it has b, s.',
    );
  });
});
