import { capHeight, glyphs } from './glyphs.generated.ts';

/**
 * Text as outlines of Inter, because SVG text comes out as empty boxes on machines without fonts, which servers and containers
 * usually are. Scripts that need shaping or thousands of characters (Arabic, Chinese) are not supported.
 */

/** Height of a line, and of a capital letter, for text of size 1. */
export const lineHeight = 1.24;
export const capitalHeight = capHeight / 1000;

/** Drawn for a character that the font lacks: a frame, as in other fonts. */
const missing = { id: 'none', advance: 620, outline: 'm70 0v-728h480v728zm60-60v-608h360v608z' };

interface Glyph {
  /** Of its outline within a drawing. */
  id: string;
  /** Thousandths of the size. */
  advance: number;
  outline: string;
}

/** Pixels from the beginning of a line to its end. */
export function measureText(text: string, size: number): number {
  return (glyphsOf(text).reduce((sum, { advance }) => sum + advance, 0) * size) / 1000;
}

/** The part of the text that fits, with an ellipsis if it was cut. */
export function cutText(text: string, size: number, width: number): string {
  if (measureText(text, size) <= width) return text;
  const characters = [...text];
  for (let length = characters.length - 1; length > 0; length -= 1) {
    const cut = `${characters.slice(0, length).join('').trimEnd()}…`;
    if (measureText(cut, size) <= width) return cut;
  }
  return '…';
}

/** Adds text to an SVG; each outline is included once. */
export class Typesetter {
  readonly #outlines = new Map<string, string>();

  /**
   * A line of text that begins at x, on its base line y.
   * @param casing width in pixels of the outline around each character, which makes it readable on any background
   */
  line(
    text: string,
    x: number,
    y: number,
    size: number,
    colour: string,
    casing?: { colour: string; width: number },
  ): string {
    let at = 0;
    const uses = glyphsOf(text).map(({ id, advance, outline }) => {
      const use = outline === '' ? '' : `<use href="#${id}" x="${at}"/>`;
      if (outline !== '') this.#outlines.set(id, outline);
      at += advance;
      return use;
    });
    const transform = `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${(size / 1000).toFixed(5)})`;
    const around =
      casing === undefined
        ? ''
        : ` paint-order="stroke" stroke-linejoin="round" stroke="${casing.colour}" stroke-width="${((casing.width * 2000) / size).toFixed(0)}"`;
    return `<g fill="${colour}"${around} transform="${transform}">${uses.join('')}</g>`;
  }

  /** What the lines refer to. */
  definitions(): string {
    const paths = [...this.#outlines].map(([id, outline]) => `<path id="${id}" fill-rule="evenodd" d="${outline}"/>`);
    return `<defs>${paths.join('')}</defs>`;
  }
}

function glyphsOf(text: string): Glyph[] {
  return [...text.normalize('NFC')].flatMap((character) => glyphOf(character) ?? glyphsOfParts(character));
}

function glyphOf(character: string): Glyph | null {
  const found = Object.hasOwn(glyphs, character) ? glyphs[character]! : null;
  return found && { id: `u${character.codePointAt(0)!.toString(16)}`, advance: found[0], outline: found[1] };
}

/** Without an accent if the font lacks it on this letter. */
function glyphsOfParts(character: string): Glyph[] {
  if (/^\p{M}$/u.test(character)) return [];
  const [base = ''] = character.normalize('NFD');
  return [glyphOf(base) ?? missing];
}
