import sharp from 'sharp';
import { expect, test } from 'vitest';
import { lookAtLine, looksAlike } from '../../../../src/recognition/text/line-look.ts';
import type { Quadrilateral } from '../../../../src/recognition/text/quadrilateral.ts';

/** Whether lines of drawn text look alike. */
const [width, height] = [400, 60];

/** The look of a line that is drawn like this in a noisy picture, and found a little too large or too small. */
async function look(text: string, { colour = '#222', blur = 0.3, noise = 1, off = 0 } = {}) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#eee"/>
    <text x="20" y="42" font-size="32" font-family="DejaVu Sans" fill="${colour}" textLength="${text.length * 20}">${text}</text></svg>`;
  const rgb = await sharp(Buffer.from(svg)).blur(blur).removeAlpha().raw().toBuffer();
  const noisy = rgb.map((value, index) => value + (((index * 7919) % 23) - 11) * noise);
  const [left, top, right, bottom] = [16 - off, 12, 24 + text.length * 20 + off, 50 + off];
  const corners: Quadrilateral = [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
  return lookAtLine({ width, height, rgb: noisy }, corners)!;
}

test('the same line on another facing looks alike: darker, noisier and found less exactly', async () => {
  const one = await look('HERBAL TEA');
  expect(looksAlike(one, await look('HERBAL TEA', { colour: '#555', blur: 0.7, noise: 0.5 }))).toBe(true);
  expect(looksAlike(one, await look('HERBAL TEA', { off: 1 }))).toBe(true);
});

test('a line with one other letter does not, however long it is', async () => {
  expect(looksAlike(await look('PEACH'), await look('PEACE'))).toBe(false);
  expect(looksAlike(await look('ORIGINAL SOUR SOUP'), await look('ORIGINAL SOUP SOUP'))).toBe(false);
  expect(looksAlike(await look('MILD'), await look('WILD'))).toBe(false);
});

test('lines of other proportions do not, and one that may lie on its side has no look', async () => {
  expect(looksAlike(await look('MINT'), await look('MINT TEA'))).toBe(false);
  const lying: Quadrilateral = [
    { x: 10, y: 0 },
    { x: 30, y: 0 },
    { x: 30, y: 60 },
    { x: 10, y: 60 },
  ];
  expect(lookAtLine({ width, height, rgb: new Uint8Array(width * height * 3) }, lying)).toBeNull();
});
