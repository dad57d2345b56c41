import { cutText, measureText, type Typesetter } from './text.ts';

/** A line of a legend. */
export interface LegendEntry {
  /** Colour of its swatch; null: none. */
  colour: string | null;
  text: string;
}

export interface Legend {
  entries: LegendEntry[];
  columns: number;
  /** Size of the text in pixels. */
  size: number;
  columnWidth: number;
  /** Pixels; 0: it has no entries. */
  height: number;
}

const textColour = '#20242c';
/** For text of size 1. */
const rowHeight = 1.75;
const swatch = 0.95;
const swatchGap = 0.5;
const columnGap = 1.6;
const padding = 0.9;
/** Of the picture's height. */
const mostHeight = 0.5;

/** A legend to be placed below a picture of this size. Its last entry counts the entries that do not fit. */
export function layOutLegend(entries: readonly LegendEntry[], picture: { width: number; height: number }): Legend {
  const size = Math.min(22, Math.max(11, picture.width / 75));
  const usable = picture.width - 2 * padding * size;
  const widest = Math.max(0, ...entries.map(({ text }) => measureText(text, size))) + (swatch + swatchGap) * size;
  const columns = Math.max(1, Math.floor((usable + columnGap * size) / (widest + columnGap * size)));
  const columnWidth = (usable - (columns - 1) * columnGap * size) / columns;
  const mostRows = Math.max(2, Math.floor((picture.height * mostHeight) / (rowHeight * size)));
  const kept = entries.length <= mostRows * columns ? [...entries] : shorten(entries, mostRows * columns);
  const rows = Math.ceil(kept.length / columns);
  const height = rows === 0 ? 0 : Math.ceil((rows * rowHeight + 2 * padding) * size);
  return { entries: kept, columns, size, columnWidth, height };
}

function shorten(entries: readonly LegendEntry[], most: number): LegendEntry[] {
  const kept = entries.slice(0, most - 1);
  return [...kept, { colour: null, text: `and ${entries.length - kept.length} more` }];
}

/** Draws it from this vertical position on. */
export function drawLegend(legend: Legend, top: number, width: number, type: Typesetter): string {
  const { entries, columns, size, columnWidth, height } = legend;
  if (height === 0) return '';
  const rows = Math.ceil(entries.length / columns);
  const drawn = entries.map(({ colour, text }, index) => {
    const x = padding * size + Math.floor(index / rows) * (columnWidth + columnGap * size);
    const y = top + (padding + (index % rows) * rowHeight + rowHeight / 2) * size;
    const side = (swatch * size).toFixed(1);
    const geometry = `x="${x.toFixed(1)}" y="${(y - (swatch * size) / 2).toFixed(1)}" width="${side}" height="${side}"`;
    const square = colour === null ? '' : `<rect ${geometry} rx="${(size * 0.18).toFixed(1)}" fill="${colour}"/>`;
    const indent = (swatch + swatchGap) * size;
    const line = cutText(text, size, columnWidth - indent);
    return square + type.line(line, x + indent, y + 0.36 * size, size, textColour);
  });
  return `<rect x="0" y="${top}" width="${width}" height="${height}" fill="#fff"/>${drawn.join('')}`;
}
