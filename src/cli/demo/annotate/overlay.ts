import type { Detection } from '../follow.ts';
import { lineAdvance, textPath } from './glyphs.ts';
import { fitLabel, type Label, labelPadding } from './label.ts';

// biome-ignore format: two rows of six
/** Dark enough for white text; neighbours in the list differ, so that products that were made one after the other do too. */
const colours = [
  '#c8102e', '#00695c', '#3949ab', '#b85c00', '#7b1fa2', '#2e7d32',
  '#ad1457', '#0277bd', '#6d4c41', '#5c6b00', '#4527a0', '#37474f',
];
/** Of products without a name: light within dark, to be seen on a light pack as on a dark one. */
const greys = { inner: '#e0e0e0', outer: '#404040' };
/** Glyph units and line widths, as parts of the picture's longer edge: the same look at any resolution. */
const scale = { maxUnit: 1 / 1000, minUnit: 1 / 2600, line: 1 / 500, thinLine: 1 / 1000 };
/** Pixels; below it strokes run together. */
const leastUnit = 1;

/** Boxes around what was found, as an SVG of the picture's size: a colour an item with its name, grey for what has no name. */
export function drawOverlay(
  size: { width: number; height: number },
  detections: readonly Detection[],
  colourOf: (itemId: string) => string,
): string {
  const edge = Math.max(size.width, size.height);
  const min = Math.max(leastUnit, edge * scale.minUnit);
  const unit = { min, max: Math.max(min, edge * scale.maxUnit) };
  const frames = detections.map(({ box, catalogItem }) => {
    if (catalogItem) return frame(box, colourOf(catalogItem.id), edge * scale.line);
    return frame(box, greys.outer, 3 * edge * scale.thinLine) + frame(box, greys.inner, edge * scale.thinLine);
  });
  // After all frames: a neighbour's frame must not cross out a name.
  const labels = detections.map(({ box, catalogItem, confidence }) => {
    const label = catalogItem && fitLabel(catalogItem.name, confidence, box, unit);
    // At the foot: brand and name of a pack are mostly above the middle.
    return label ? drawLabel(label, box.x, box.y + box.height - label.height, colourOf(catalogItem.id)) : '';
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${frames.join('')}${labels.join('')}</svg>`;
}

/** Gives each item a colour of its own, until they run out and begin anew. */
export function itemColours(itemIds: readonly string[]): (itemId: string) => string {
  const ordinals = new Map(itemIds.map((id, ordinal) => [id, ordinal]));
  return (itemId) => colours[(ordinals.get(itemId) ?? 0) % colours.length]!;
}

function drawLabel(label: Label, x: number, y: number, colour: string): string {
  const { lines, unit, width, height } = label;
  const inset = labelPadding * unit;
  const path = lines.map((text, row) => textPath(text, x + inset, y + inset + row * lineAdvance * unit, unit)).join('');
  const pen = `fill="none" stroke="#fff" stroke-width="${unit.toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"`;
  return `${rectangle({ x, y, width, height }, `fill="${colour}" fill-opacity="0.9"`)}<path ${pen} d="${path}"/>`;
}

function frame(box: Detection['box'], colour: string, width: number): string {
  return rectangle(box, `fill="none" stroke="${colour}" stroke-width="${width.toFixed(1)}"`);
}

function rectangle(box: { x: number; y: number; width: number; height: number }, attributes: string): string {
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map((value) => value.toFixed(1));
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${attributes}/>`;
}
