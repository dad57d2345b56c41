import { expect, test } from 'vitest';
import type { PartBox } from '../../../dashboard/src/analysis/found-product.ts';
import { Drawing } from '../../../dashboard/src/analysis/viewer/drawing.ts';

/** A picture of 1,000 × 500 pixels at half its size, 100 pixels from the left. */
const view = { x: 100, y: 0, scale: 0.5 };
const picture = { width: 1_000, height: 500 };

function draw(drags: [from: [number, number], to: [number, number]][], draft: PartBox | null = null): PartBox | null {
  const drawing = new Drawing();
  let box = draft;
  for (const [[x, y], [toX, toY]] of drags) {
    const from = { x, y };
    for (const share of [0.5, 1]) {
      drawing.follow({
        draft: box,
        onDraw(drawn) {
          box = drawn;
        },
      });
      drawing.drag(from, { x: x + (toX - x) * share, y: y + (toY - y) * share }, view, picture);
    }
  }
  return box;
}

const rounded = (box: PartBox | null) =>
  box && Object.fromEntries(Object.entries(box).map(([name, value]) => [name, Number(value.toFixed(4))]));

test('a drag draws a box in parts of the picture, in whichever direction', () => {
  const box = { x: 0.2, y: 0.2, width: 0.4, height: 0.6 };
  expect(
    rounded(
      draw([
        [
          [200, 50],
          [400, 200],
        ],
      ]),
    ),
  ).toEqual(box);
  expect(
    rounded(
      draw([
        [
          [400, 200],
          [200, 50],
        ],
      ]),
    ),
  ).toEqual(box);
});

test('it ends at the edge of the picture', () => {
  expect(
    rounded(
      draw([
        [
          [200, 50],
          [900, 900],
        ],
      ]),
    ),
  ).toEqual({ x: 0.2, y: 0.2, width: 0.8, height: 0.8 });
});

test('a drag from a corner moves this corner, one from the inside the whole box; one from elsewhere draws anew', () => {
  const first: [[number, number], [number, number]] = [
    [200, 50],
    [400, 200],
  ];
  expect(
    rounded(
      draw([
        first,
        [
          [398, 202],
          [450, 225],
        ],
      ]),
    ),
  ).toEqual({ x: 0.2, y: 0.2, width: 0.5, height: 0.7 });
  expect(
    rounded(
      draw([
        first,
        [
          [201, 49],
          [150, 25],
        ],
      ]),
    ),
  ).toEqual({ x: 0.1, y: 0.1, width: 0.5, height: 0.7 });
  expect(
    rounded(
      draw([
        first,
        [
          [300, 100],
          [350, 125],
        ],
      ]),
    ),
  ).toEqual({ x: 0.3, y: 0.3, width: 0.4, height: 0.6 });
  expect(
    rounded(
      draw([
        first,
        [
          [450, 225],
          [500, 250],
        ],
      ]),
    ),
  ).toEqual({ x: 0.7, y: 0.9, width: 0.1, height: 0.1 });
});
