import { describe, expect, test } from 'vitest';
import { drawLessons, splitPictures } from '../../../../src/cli/evaluate/learning-curve/draw-lessons.ts';
import { teachCatalogue } from '../../../../src/cli/evaluate/learning-curve/teach-catalogue.ts';
import type { TruePicture } from '../../../../src/cli/evaluate/truth.ts';

function picture(file: string, ...items: (string | null)[]): TruePicture {
  const boxes = items.map((item, x) => ({ x, y: 0, width: 1, height: 2, item, crowd: item === 'region' }));
  return { file, width: 100, height: 100, boxes };
}

describe('what a learning curve learns from', () => {
  test('is one half of the photographs by name, and judged is the other', () => {
    const [first, second] = splitPictures(['c', 'a', 'e', 'b', 'd'].map((file) => picture(file)));
    expect([first, second].map((half) => half.map(({ file }) => file))).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  test('is a few of each item, from one photograph after the other, without unknown products and regions', () => {
    const pictures = [picture('a', 'tea', 'tea', null, 'tea'), picture('b', 'region', 'soda', 'tea')];
    const drawn = drawLessons(pictures, 3).map(({ item, file, x }) => `${item} ${file} ${x}`);
    expect(drawn).toEqual(['tea a 0', 'tea b 2', 'tea a 1', 'soda b 1']);
  });

  test('is added to the catalogue up to the number that is measured, in the order of its items', () => {
    const data = Float32Array.of(1, 0, 0, 1);
    const matrix = { key: 'k', version: '1', itemIds: ['soda', 'tea'], pictureIds: [['s'], ['t']], dims: 2, data };
    const catalogue = { matrix, features: new Map([['s', Uint8Array.of(1)]]) };
    const lesson = (item: string, id: string) => ({
      item,
      id,
      embedding: Float32Array.of(3, 4),
      features: Uint8Array.of(2),
    });
    const lessons = [lesson('tea', '1'), lesson('tea', '2'), lesson('soda', '3')];
    expect(teachCatalogue(catalogue, lessons, 1).matrix.taught!.references).toEqual({
      pictureIds: ['3', '1'],
      rows: [0, 1],
      alone: [false, false],
      data: Float32Array.of(3, 4, 3, 4),
    });
    const taught = teachCatalogue(catalogue, lessons, 2);
    expect(taught.matrix.taught!.references.pictureIds).toEqual(['3', '1', '2']);
    expect([...taught.features.keys()]).toEqual(['s', '3', '1', '2']);
    expect(teachCatalogue(catalogue, lessons, 0).matrix.taught!.references.pictureIds).toEqual([]);
  });
});
