import { describe, expect, test } from 'vitest';
import { decodeLogits } from '../../../src/recognition/decoders/logits.ts';
import { judgeLabels } from '../../../src/recognition/labels.ts';

const names = { logits: 'scores' };

describe('logits', () => {
  const decode = (data: number[], dims: number[], index: number, labels: number) =>
    decodeLogits({ scores: { dims, data: Float32Array.from(data) } }, names, index, labels);

  test('become chances that sum to 1, those of the wanted picture, however large they are', () => {
    expect([...decode([0, 0, 1000, 1000 + Math.log(3)], [2, 2], 1, 2)]).toEqual([
      expect.closeTo(0.25, 4),
      expect.closeTo(0.75, 4),
    ]);
    expect([...decode([0, 0, 5, 9], [2, 2], 0, 2)]).toEqual([0.5, 0.5]);
  });

  test('may have sides of one behind the labels', () => {
    expect([...decode([1, 1], [1, 2, 1, 1], 0, 2)]).toEqual([0.5, 0.5]);
  });

  test.each([
    [
      [1, 3],
      [1, 2, 3],
    ],
    [[1], [1]],
  ])('of shape %j for two labels are refused with both numbers', (dims, data) => {
    const width = dims[1] ?? 1;
    expect(() => decode(data, dims, 0, 2)).toThrow(`has ${width} numbers per picture, but the manifest has 2 labels`);
  });

  test.each([[[1, Number.NaN]], [[1, Number.POSITIVE_INFINITY]], [[-Infinity, -Infinity]]])('%j is refused', (data) => {
    expect(() => decode(data, [1, 2], 0, 2)).toThrow('not finite');
  });
});

describe('labels', () => {
  const all = [
    { name: 'shelf', group: 'shop', confidence: 0.3 },
    { name: 'cat', group: null, confidence: 0.6 },
    { name: 'till', group: 'shop', confidence: 0.1 },
  ];
  const judge = (threshold: number, topCandidates: number, acceptGroups: string[] | null) => {
    const { labels, accepted } = judgeLabels(all, { threshold, topCandidates, acceptGroups });
    return { names: labels.map(({ name }) => name), accepted };
  };

  test('are told from the threshold on, likeliest first', () => {
    expect(judge(0.3, 3, null)).toEqual({ names: ['cat', 'shelf'], accepted: null });
    expect(judge(0.3, 1, null)).toEqual({ names: ['cat'], accepted: null });
  });

  test('accept by the sum of a group and the threshold, told or not', () => {
    expect(judge(0.4, 1, ['shop'])).toEqual({ names: ['cat'], accepted: true });
    expect(judge(0.41, 1, ['shop'])).toEqual({ names: ['cat'], accepted: false });
    expect(judge(0, 3, ['null', 'office'])).toEqual({ names: ['cat', 'shelf', 'till'], accepted: false });
  });
});
