import { cutText, lineHeight, measureText, type Typesetter } from '../text.ts';

/** Pixels of the drawing. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function rect({ x, y, width, height }: Area, attributes: string): string {
  const at = [x, y, width, height].map((value) => value.toFixed(1));
  return `<rect x="${at[0]}" y="${at[1]}" width="${at[2]}" height="${at[3]}" ${attributes}/>`;
}

/** A number in a circle, which the list of differences explains. */
export function badge(
  number: number,
  x: number,
  y: number,
  { colour, type }: { colour: string; type: Typesetter },
): string {
  const size = 13;
  const text = String(number);
  const line = type.line(text, x - measureText(text, size) / 2, y + size * 0.36, size, '#fff');
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="11" fill="${colour}" stroke="#fff" stroke-width="1.5"/>${line}`;
}

const sizes = [14, 13, 12, 11, 10];
const padding = 4;

/** A name in the middle of an area, in as many lines and as large as it has room for; nothing if it has none. */
export function caption(text: string, area: Area, { colour, type }: { colour: string; type: Typesetter }): string {
  const room = area.width - 2 * padding;
  for (const size of sizes) {
    const lines = wrap(text, size, room);
    if (lines && lines.length * lineHeight * size <= area.height - 2 * padding)
      return setLines(lines, area, { size, colour, type });
  }
  const size = sizes.at(-1)!;
  const cut = cutText(text, size, room);
  if ([...cut].length < 4 || area.height < size * lineHeight + 2 * padding) return '';
  return setLines([cut], area, { size, colour, type });
}

/** null: a word is wider than a line. */
function wrap(text: string, size: number, width: number): string[] | null {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    if (measureText(word, size) > width) return null;
    const longer = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    if (lines.length > 0 && measureText(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function setLines(
  lines: readonly string[],
  { x, y, width, height }: Area,
  { size, colour, type }: { size: number; colour: string; type: Typesetter },
): string {
  const top = y + (height - lines.length * lineHeight * size) / 2;
  return lines
    .map((line, index) => {
      const left = x + (width - measureText(line, size)) / 2;
      return type.line(line, left, top + (index * lineHeight + 0.95) * size, size, colour, {
        colour: '#fff',
        width: 2,
      });
    })
    .join('');
}

/** For the content of elements; what a client has named an item must stay text. */
export function escapeText(text: string): string {
  const kept = [...text.toWellFormed()].filter((character) => character >= ' ').join('');
  return kept.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
