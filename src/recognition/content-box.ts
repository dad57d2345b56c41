import type { Box, Size } from './box.ts';

/** A border pixel differs from the background by at most this much in every channel; JPEG noise on white stays below. */
const tolerance = 14;
/** Share of a row or column that must differ before it counts as content: single specks are dust. */
const contentShare = 0.004;
/** Margin kept around the content as a share of its longer side; the embedder was measured with it. */
const marginShare = 0.02;

/**
 * The region of the product in a catalogue picture: the picture without its plain border. A picture whose corners differ is a
 * photograph rather than a pack shot and is used whole, like one that is plain everywhere. rgb has 3 bytes per pixel.
 */
export function findContentBox(rgb: Uint8Array, size: Size): Box {
  const whole = { x: 0, y: 0, width: size.width, height: size.height };
  const background = plainCornerColor(rgb, size);
  if (!background) return whole;
  const { columns, rows } = countContent(rgb, size, background);
  const [left, right] = contentSpan(columns, size.height * contentShare);
  const [top, bottom] = contentSpan(rows, size.width * contentShare);
  if (left < 0 || top < 0) return whole;
  const margin = Math.round(Math.max(right - left + 1, bottom - top + 1) * marginShare);
  const x = Math.max(0, left - margin);
  const y = Math.max(0, top - margin);
  return {
    x,
    y,
    width: Math.min(size.width, right + 1 + margin) - x,
    height: Math.min(size.height, bottom + 1 + margin) - y,
  };
}

type Color = readonly [number, number, number];

function plainCornerColor(rgb: Uint8Array, { width, height }: Size): Color | null {
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  const [first, ...others] = corners.map((pixel): Color => [rgb[pixel * 3]!, rgb[pixel * 3 + 1]!, rgb[pixel * 3 + 2]!]);
  const plain = others.every((color) =>
    color.every((value, channel) => Math.abs(value - first![channel]!) <= tolerance),
  );
  return plain ? first! : null;
}

function countContent(rgb: Uint8Array, { width, height }: Size, [red, green, blue]: Color) {
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const differs =
        Math.abs(rgb[at]! - red) > tolerance ||
        Math.abs(rgb[at + 1]! - green) > tolerance ||
        Math.abs(rgb[at + 2]! - blue) > tolerance;
      if (differs) {
        columns[x]!++;
        rows[y]!++;
      }
    }
  }
  return { columns, rows };
}

function contentSpan(counts: Uint32Array, minimum: number): [first: number, last: number] {
  return [counts.findIndex((count) => count > minimum), counts.findLastIndex((count) => count > minimum)];
}
