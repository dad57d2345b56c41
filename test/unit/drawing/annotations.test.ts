import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Annotations, type DrawnDetection, drawAnnotations } from '../../../src/drawing/annotations.ts';
import { fitLabel } from '../../../src/drawing/label.ts';
import { assignColours } from '../../../src/drawing/palette.ts';
import { cutText, measureText, Typesetter } from '../../../src/drawing/text.ts';

/** What an SVG shows on a black ground. */
async function rasterize(svg: string) {
  const { data, info } = await sharp(Buffer.from(svg))
    .flatten({ background: '#000' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { at, data, width: info.width, height: info.height };
}

/** Of two colours, over their three channels. */
function distance(one: number[], other: number[]): number {
  return one.reduce((sum, value, channel) => sum + Math.abs(value - other[channel]!), 0);
}

async function ink(text: string): Promise<number> {
  const type = new Typesetter();
  const line = type.line(text, 10, 60, 50, '#fff');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="80">${type.definitions()}${line}</svg>`;
  const { data } = await rasterize(svg);
  return data.reduce((sum, value) => sum + value, 0) / 255 / 3;
}

describe('text', () => {
  test.each(['Crème', 'Żubrówka', 'Ελλάδα', 'Борщ', 'Phở bò', '½ € • “tea” – 5 %'])(
    'shows %s as it is',
    async (text) => {
      const type = new Typesetter();
      type.line(text, 0, 0, 10, '#fff');
      expect(type.definitions()).not.toContain('id="none"');
      expect(await ink(text)).toBeGreaterThan(100);
    },
  );

  test('has smooth edges', async () => {
    const type = new Typesetter();
    const line = type.line('o', 10, 60, 50, '#fff');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80">${type.definitions()}${line}</svg>`;
    const { data } = await rasterize(svg);
    expect(data.filter((value) => value > 40 && value < 215).length).toBeGreaterThan(50);
  });

  test('is as wide as it is measured, with combined accents as with those of their own', () => {
    expect(measureText('ab', 20)).toBeCloseTo(measureText('a', 20) + measureText('b', 20));
    expect(measureText('Crème'.normalize('NFD'), 20)).toBe(measureText('Crème', 20));
  });

  test('shows a frame for a character that is not there, and a letter without an accent that is not', () => {
    const of = (text: string) => {
      const type = new Typesetter();
      type.line(text, 0, 0, 10, '#fff');
      return type.definitions();
    };
    expect(of('茶')).toContain('id="none"');
    expect(of('q\u0303')).toBe(of('q'));
    // Of Object.prototype, not of the font.
    expect(of('constructor')).not.toContain('native');
  });

  test('is cut where it does not fit', () => {
    expect(cutText('Plum Jam', 10, 1_000)).toBe('Plum Jam');
    const cut = cutText('Plum Jam', 10, 40);
    expect(cut).toMatch(/^Plum?.*…$/);
    expect(measureText(cut, 10)).toBeLessThanOrEqual(40);
    expect(cutText('Plum', 10, 1)).toBe('…');
  });
});

describe('a label', () => {
  const size = { min: 10, max: 30 };

  test('takes the largest size at which it stays inside the box', () => {
    const roomy = fitLabel('Plum Jam', 0.974, { width: 400, height: 300 }, size);
    expect(roomy).toMatchObject({ lines: ['Plum Jam 97%'], size: 30 });
    const narrow = fitLabel('Plum Jam', 0.974, { width: 60, height: 120 }, size)!;
    expect(narrow.size).toBeLessThan(30);
    expect(narrow.width).toBeLessThanOrEqual(60);
    expect(narrow.height).toBeLessThanOrEqual(0.4 * 120);
  });

  test('breaks long words at hyphens', () => {
    expect(fitLabel('oat-rings', 0.9, { width: 70, height: 200 }, { min: 12, max: 12 })?.lines).toEqual([
      'oat-rings',
      '90%',
    ]);
    expect(fitLabel('oat-rings', 0.9, { width: 50, height: 200 }, { min: 12, max: 12 })?.lines).toEqual([
      'oat-',
      'rings',
      '90%',
    ]);
  });

  test('is cut rather than be left out, and is left out where it cannot be read', () => {
    expect(fitLabel('Chickpeas', 0.9, { width: 50, height: 40 }, size)?.lines).toEqual([
      expect.stringMatching(/^Chic?.*…$/),
    ]);
    expect(fitLabel('Chickpeas', 0.9, { width: 20, height: 60 }, size)).toBeNull();
  });
});

test('an item has the same colour in every picture, and items of one picture have different ones', () => {
  const ids = Array.from({ length: 13 }, (_, index) => `item ${index}`);
  const colours = assignColours(ids);
  expect(new Set(ids.slice(0, 12).map((id) => assignColours(ids.slice(0, 12)).get(id))).size).toBe(12);
  expect(new Set(colours.values()).size).toBe(12);
  expect(assignColours(ids.toReversed())).toEqual(colours);
  for (const id of ids) expect(assignColours([id]).get(id)).toBe(assignColours([id, id]).get(id));
});

describe('annotations', () => {
  const size = { width: 400, height: 400 };
  const box = { x: 40, y: 60, width: 200, height: 200 };
  const draw = (detections: DrawnDetection[], more: Partial<Annotations> = {}) =>
    drawAnnotations({ detections, found: size, drawn: size, minConfidence: null, ...more });

  test('have the colour of the item on the box, its name at the foot, and grey without an item', async () => {
    const item = { id: 'a', name: 'Plum Jam' };
    const colour = assignColours(['a']).get('a')!;
    const rgb = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
    const named = await rasterize(draw([{ box, confidence: 0.9, item }]).svg);
    expect(distance(named.at(box.x, 150), rgb)).toBeLessThan(60);
    expect(named.at(140, 150)).toEqual([0, 0, 0]);
    expect(distance(named.at(box.x + 12, box.y + box.height - 2), rgb)).toBeLessThan(60);
    const unnamed = await rasterize(draw([{ box, confidence: 0.9, item: null }]).svg);
    expect(new Set(unnamed.at(box.x, 150)).size).toBe(1);
  });

  test('are drawn for the size of the picture that they are put on', async () => {
    const { svg } = draw([{ box, confidence: 0.9, item: null }], { drawn: { width: 200, height: 200 } });
    const { at, width } = await rasterize(svg);
    expect(width).toBe(200);
    expect(at(20, 75)).not.toEqual([0, 0, 0]);
    expect(at(40, 75)).toEqual([0, 0, 0]);
  });

  test('have a legend below: each item once, and no more than there is room for', async () => {
    const many = Array.from({ length: 60 }, (_, index) => {
      return { box, confidence: 0.9, item: { id: `item ${index}`, name: `A long name of the product ${index}` } };
    });
    const { svg, height } = draw(many);
    expect(height).toBeGreaterThan(size.height);
    expect(height).toBeLessThan(size.height * 1.7);
    const picture = await rasterize(svg);
    expect(picture.height).toBe(height);
    expect(picture.at(1, height - 2)).toEqual([255, 255, 255]);
    expect(draw(many.slice(0, 1)).height).toBeLessThan(height);
  });

  test('contain no text of a client’s', () => {
    const name = '"/><image href="http://evil.example/"/>&xxe;';
    const { svg } = draw([{ box, confidence: 0.9, item: { id: '<a>', name } }]);
    expect(svg).not.toMatch(/evil|xxe|<image|<a>/);
  });
});
