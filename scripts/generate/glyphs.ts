import { readFile } from 'node:fs/promises';
import path from 'node:path';
import opentype, { type Command, type Font } from 'opentype.js';

/** SemiBold: thin strokes do not stand out on coloured labels. */
const files = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese'].map((part) => `inter-${part}-600-normal.woff`);
/** Of an em, like those of most fonts. */
const unitsPerEm = 1000;

// biome-ignore format: first and last of each range
/** Latin with what European languages and Vietnamese add to it, Greek, Cyrillic, and signs that names of products have. */
const ranges = [
  [0x20, 0x7e], [0xa0, 0x17f], [0x18f, 0x18f], [0x192, 0x192], [0x1a0, 0x1a1], [0x1af, 0x1b0], [0x1cd, 0x1dc],
  [0x1e6, 0x1e7], [0x218, 0x21b], [0x259, 0x259], [0x386, 0x3ce], [0x400, 0x45f], [0x490, 0x491], [0x1e80, 0x1e85],
  [0x1e9e, 0x1e9e], [0x1ea0, 0x1ef9], [0x2013, 0x2014], [0x2018, 0x201e], [0x2020, 0x2022], [0x2026, 0x2026],
  [0x2030, 0x2030], [0x2039, 0x203a], [0x20ac, 0x20ac], [0x2116, 0x2116], [0x2122, 0x2122], [0x2212, 0x2212],
] as const;

/** A TypeScript module with the outlines of the characters that drawings may show. @param root of the project */
export async function outlineGlyphs(root: string): Promise<string> {
  const folder = path.join(root, 'node_modules/@fontsource/inter/files');
  const fonts = await Promise.all(
    files.map(async (name) => opentype.parse(toArrayBuffer(await readFile(path.join(folder, name))))),
  );
  const [latin] = fonts as [Font, ...Font[]];
  const scale = unitsPerEm / latin.unitsPerEm;
  const lines = characters().flatMap((character) => {
    const font = fonts.find((candidate) => candidate.charToGlyph(character).index !== 0);
    if (!font) return [];
    const glyph = font.charToGlyph(character);
    const outline = toRelativePath(glyph.getPath(0, 0, unitsPerEm).commands);
    return `  ${JSON.stringify(character)}: [${Math.round(glyph.advanceWidth * scale)}, '${outline}'],\n`;
  });
  return `/** Outlines of Inter SemiBold (SIL Open Font License 1.1, see OFL.txt), made by scripts/generate.ts. */

/** In thousandths of the size of the text. */
export const capHeight = ${Math.round(latin.tables.os2.sCapHeight * scale)};

/** By character: how far it moves on, and the path of its outline from its place on the base line, for an SVG. Both in thousandths. */
export const glyphs: Readonly<Record<string, readonly [advance: number, outline: string]>> = {
${lines.join('')}};
`;
}

function characters(): string[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)),
  );
}

function toArrayBuffer(file: Buffer): ArrayBuffer {
  return Uint8Array.from(file).buffer;
}

/** In whole units, each point from the one before: half as long as absolute ones. */
function toRelativePath(commands: readonly Command[]): string {
  let from: Point = { x: 0, y: 0 };
  let start = from;
  const text = commands.map((command) => {
    if (command.type === 'Z') {
      from = start;
      return 'z';
    }
    const to = { x: Math.round(command.x), y: Math.round(command.y) };
    const points = [...controlPoints(command), to].map(({ x, y }) => ({ x: x - from.x, y: y - from.y }));
    from = to;
    if (command.type === 'M') start = to;
    return segment(command.type.toLowerCase(), points);
  });
  return text.join('');
}

interface Point {
  x: number;
  y: number;
}

function controlPoints(command: Exclude<Command, { type: 'Z' }>): Point[] {
  const points = [
    ...('x1' in command ? [{ x: command.x1, y: command.y1 }] : []),
    ...('x2' in command ? [{ x: command.x2, y: command.y2 }] : []),
  ];
  return points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
}

function segment(letter: string, points: readonly Point[]): string {
  const [{ x, y }] = points as [Point];
  if (letter === 'l' && x === 0 && y === 0) return '';
  if (letter === 'l' && y === 0) return `h${x}`;
  if (letter === 'l' && x === 0) return `v${y}`;
  const numbers = points.flatMap((point) => [point.x, point.y]);
  return `${letter}${numbers.join(' ').replaceAll(' -', '-')}`;
}
