import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { textPath } from '../../../../src/cli/demo/annotate/glyphs.ts';
import { fitLabel } from '../../../../src/cli/demo/annotate/label.ts';
import { drawOverlay, itemColours } from '../../../../src/cli/demo/annotate/overlay.ts';

describe('text drawn without a font', () => {
  test('writes small letters and accents as plain capitals', () => {
    expect(textPath('Crème', 0, 0, 1)).toBe(textPath('CREME', 0, 0, 1));
  });

  test('draws a frame for a character that it does not know', () => {
    expect(textPath('茶', 10, 20, 2)).toBe('M10.0 20.0L18.0 20.0L18.0 32.0L10.0 32.0L10.0 20.0');
  });

  test('leaves a gap for a space', () => {
    expect(textPath('A B', 0, 0, 1)).toBe(textPath('A', 0, 0, 1) + textPath('B', 11.2, 0, 1));
  });
});

describe('a label', () => {
  const unit = { min: 1, max: 3 };

  test('takes the largest size at which it stays inside the box', () => {
    const roomy = fitLabel('Plum Jam', 0.974, { width: 300, height: 300 }, unit);
    expect(roomy).toMatchObject({ lines: ['Plum Jam 97%'], unit: 3 });
    const narrow = fitLabel('Plum Jam', 0.974, { width: 60, height: 120 }, unit)!;
    expect(narrow.unit).toBeLessThan(3);
    expect(narrow.width).toBeLessThanOrEqual(60);
    expect(narrow.height).toBeLessThanOrEqual(0.4 * 120);
  });

  test('hides more of the product rather than be left out, and is left out where it cannot be read', () => {
    const tight = fitLabel('Chickpeas in Water', 0.9, { width: 60, height: 60 }, unit)!;
    expect(tight.height).toBeGreaterThan(0.4 * 60);
    expect(fitLabel('Chickpeas in Water', 0.9, { width: 40, height: 60 }, unit)).toBeNull();
  });
});

describe('an overlay', () => {
  const box = { x: 20, y: 30, width: 40, height: 50 };

  test('has the colour of the item on the box, and grey without an item', async () => {
    const draw = (catalogItem: { id: string; name: string } | null) =>
      frameColour(drawOverlay({ width: 100, height: 100 }, [{ box, confidence: 0.9, catalogItem }], () => '#ff0000'));
    const [red, , blue] = await draw({ id: 'a', name: 'A name that fits nowhere' });
    expect(red).toBeGreaterThan(blue!);
    const grey = await draw(null);
    expect(new Set(grey.slice(0, 3)).size).toBe(1);
  });

  test('gives items colours of their own, also those after the last colour', () => {
    const ids = Array.from({ length: 13 }, (_, index) => `item ${index}`);
    const colourOf = itemColours(ids);
    expect(new Set(ids.slice(0, 12).map(colourOf)).size).toBe(12);
    expect(colourOf('item 12')).toBe(colourOf('item 0'));
  });

  test('has the name at the foot of the box, clear of what is printed above', async () => {
    const tall = { x: 20, y: 10, width: 160, height: 180 };
    const catalogItem = { id: 'a', name: 'Plum Jam' };
    const svg = drawOverlay(
      { width: 200, height: 200 },
      [{ box: tall, confidence: 0.9, catalogItem }],
      () => '#ff0000',
    );
    const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const alpha = (y: number) => data[(y * info.width + tall.x + 3) * 4 + 3]!;
    expect([alpha(15), alpha(100), alpha(185)]).toEqual([0, 0, expect.toSatisfy((value: number) => value > 200)]);
  });

  /** Red, green, blue, alpha at the box's left edge, near its foot. */
  async function frameColour(svg: string): Promise<number[]> {
    const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 100, height: 100 });
    const place = ((box.y + box.height - 10) * info.width + box.x) * 4;
    expect(data[place + 3]).toBeGreaterThan(0);
    return [...data.subarray(place, place + 4)];
  }
});
