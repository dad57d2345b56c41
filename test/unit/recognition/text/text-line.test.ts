import { describe, expect, test } from 'vitest';
import type { Quadrilateral } from '../../../../src/recognition/text/quadrilateral.ts';
import { arrangeLines, textOf } from '../../../../src/recognition/text/text-line.ts';

function line(text: string, x: number, y: number, width: number, height = 20) {
  const corners: Quadrilateral = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
  return { text, confidence: 0.9, corners };
}

describe('lines of text', () => {
  test('come from top to bottom, and from left to right where they are level', () => {
    const lines = [
      line('below', 0, 60, 50),
      line('right', 100, 3, 50),
      line('left', 0, 0, 50),
      line('small', 60, 8, 30, 6),
    ];
    expect(arrangeLines(lines, []).map(({ text }) => text)).toEqual(['left', 'small', 'right', 'below']);
  });

  test('are on the smallest detection that contains most of them, or on none', () => {
    const detections = [
      { x: 0, y: 0, width: 200, height: 200 },
      { x: 0, y: 0, width: 60, height: 100 },
    ];
    const lines = [line('on the second', 5, 10, 50), line('on the first', 40, 50, 100), line('on none', 150, 120, 200)];
    const arranged = arrangeLines(lines, detections);
    expect(arranged.map(({ text, detection }) => [text, detection])).toEqual([
      ['on the second', 1],
      ['on the first', 0],
      ['on none', null],
    ]);
    expect(arranged[0]!.corners).toEqual([5, 10, 55, 10, 55, 30, 5, 30]);
    expect([0, 1, 2].map((index) => textOf(arranged, index))).toEqual(['on the first', 'on the second', '']);
    expect(textOf(null, 0)).toBeNull();
  });

  test('of one detection are joined by line breaks', () => {
    const detections = [{ x: 0, y: 0, width: 200, height: 200 }];
    expect(textOf(arrangeLines([line('two', 0, 40, 50), line('one', 0, 0, 50)], detections), 0)).toBe('one\ntwo');
  });
});
