/** What is used of it; the package has no types. */
declare module 'opentype.js' {
  export type Command =
    | { type: 'M' | 'L'; x: number; y: number }
    | { type: 'Q'; x1: number; y1: number; x: number; y: number }
    | { type: 'C'; x1: number; y1: number; x2: number; y2: number; x: number; y: number }
    | { type: 'Z' };

  interface Glyph {
    index: number;
    advanceWidth: number;
    /** y grows downwards. */
    getPath(x: number, y: number, fontSize: number): { commands: Command[] };
  }

  export interface Font {
    unitsPerEm: number;
    ascender: number;
    descender: number;
    tables: { os2: { sCapHeight: number } };
    /** The glyph of index 0 stands for what the font does not have. */
    charToGlyph(character: string): Glyph;
  }

  /** It is CommonJS, so this is all that Node imports of it. */
  const opentype: { parse(buffer: ArrayBuffer): Font };
  export default opentype;
}
