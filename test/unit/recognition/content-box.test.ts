import { expect, test } from 'vitest';
import { findContentBox } from '../../../src/recognition/content-box.ts';

const size = { width: 200, height: 100 };

/** A white picture with a dark rectangle on it. */
function picture(dark: { x: number; y: number; width: number; height: number }, background = 250): Uint8Array {
  const rgb = new Uint8Array(size.width * size.height * 3).fill(background);
  for (let y = dark.y; y < dark.y + dark.height; y++) {
    rgb.fill(20, (y * size.width + dark.x) * 3, (y * size.width + dark.x + dark.width) * 3);
  }
  return rgb;
}

test('finds the product on a plain background, with a little margin', () => {
  expect(findContentBox(picture({ x: 60, y: 20, width: 50, height: 60 }), size)).toEqual({
    x: 59,
    y: 19,
    width: 52,
    height: 62,
  });
});

test('finds it on a grey background too', () => {
  expect(findContentBox(picture({ x: 60, y: 20, width: 50, height: 60 }, 128), size)).toMatchObject({
    x: 59,
    width: 52,
  });
});

test('does not reach outside the picture', () => {
  expect(findContentBox(picture({ x: 1, y: 1, width: 198, height: 98 }), size)).toEqual({
    x: 0,
    y: 0,
    width: 200,
    height: 100,
  });
});

test.each([
  ['is plain all over', { x: 0, y: 0, width: 0, height: 0 }],
  ['has different corners, as a photograph has', { x: 0, y: 0, width: 100, height: 100 }],
])('takes a picture whole that %s', (_name, dark) => {
  expect(findContentBox(picture(dark), size)).toEqual({ x: 0, y: 0, width: 200, height: 100 });
});
