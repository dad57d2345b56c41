/** Numbers in SVG with two decimals: enough for print, and it keeps the text short and the same on every run. */
export function num(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** One stop of a gradient: offset 0..1, colour, opacity 0..1. */
export type Stop = [offset: number, colour: string, opacity?: number];

function stops(list: Stop[]): string {
  return list
    .map(
      ([offset, colour, opacity = 1]) => `<stop offset="${offset}" stop-color="${colour}" stop-opacity="${opacity}"/>`,
    )
    .join('');
}

/** A linear gradient over the box of what it fills; down the page, or across it. */
export function linear(id: string, direction: 'down' | 'across', list: Stop[]): string {
  const end = direction === 'down' ? 'x2="0" y2="1"' : 'x2="1" y2="0"';
  return `<linearGradient id="${id}" x1="0" y1="0" ${end}>${stops(list)}</linearGradient>`;
}

/** A radial gradient over the box of what it fills, centred at cx, cy (0..1). */
export function radial(id: string, cx: number, cy: number, radius: number, list: Stop[]): string {
  return `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${radius}">${stops(list)}</radialGradient>`;
}

/** How a line of text looks; sizes in millimetres of the pack. */
export interface TextStyle {
  fill?: string;
  font?: 'sans' | 'serif';
  weight?: 'normal' | 'bold';
  italic?: boolean;
  anchor?: 'start' | 'middle' | 'end';
  outline?: string;
  outlineWidth?: number;
  /** Width against height of the letters; 1 leaves them as the font has them. */
  stretch?: number;
  spacing?: number;
  rotate?: number;
}

/** One line of text with its baseline at y. librsvg knows no textLength, so widths are set with `stretch`. */
export function text(x: number, y: number, size: number, content: string, style: TextStyle = {}): string {
  const { fill = '#000', font = 'sans', weight = 'bold', italic = false, anchor = 'middle' } = style;
  const family = font === 'serif' ? 'DejaVu Serif, serif' : 'DejaVu Sans, sans-serif';
  const place = `translate(${num(x)} ${num(y)}) rotate(${style.rotate ?? 0}) scale(${style.stretch ?? 1} 1)`;
  const outline = style.outline
    ? ` stroke="${style.outline}" stroke-width="${style.outlineWidth ?? size / 8}" stroke-linejoin="round" paint-order="stroke"`
    : '';
  return (
    `<text transform="${place}" font-family="${family}" font-size="${num(size)}" font-weight="${weight}"` +
    `${italic ? ' font-style="italic"' : ''} text-anchor="${anchor}" letter-spacing="${style.spacing ?? 0}"` +
    ` fill="${fill}"${outline}>${content.replaceAll('&', '&amp;')}</text>`
  );
}

/** Grey lines where a pack has small print nobody could read on a photograph. */
export function smallPrint(x: number, y: number, width: number, lines: number, colour: string, size = 2): string {
  const widths = [1, 0.92, 0.97, 0.84, 0.95, 0.6];
  const bars = Array.from({ length: lines }, (_, line) => {
    const dash = `${num(size * 1.9)} ${num(size * 0.5)} ${num(size * 1.1)} ${num(size * 0.5)} ${num(size * 2.6)} ${num(size * 0.5)}`;
    const lineY = num(y + line * size * 1.9);
    return `<path d="M${num(x)} ${lineY}h${num(width * widths[line % widths.length]!)}" stroke-dasharray="${dash}"/>`;
  });
  return `<g stroke="${colour}" stroke-width="${num(size * 0.75)}" fill="none">${bars.join('')}</g>`;
}

/** A star with the given number of points, for bursts and badges. */
export function star(cx: number, cy: number, outer: number, inner: number, points: number): string {
  const corners = Array.from({ length: points * 2 }, (_, index) => {
    const radius = index % 2 === 0 ? outer : inner;
    const angle = (index * Math.PI) / points - Math.PI / 2;
    return `${num(cx + radius * Math.cos(angle))} ${num(cy + radius * Math.sin(angle))}`;
  });
  return `M${corners.join('L')}Z`;
}

/** A leaf of the given length that points up from x, y, turned by degrees. */
export function leaf(x: number, y: number, length: number, degrees: number, fill: string, vein: string): string {
  const w = length * 0.32;
  return (
    `<g transform="translate(${num(x)} ${num(y)}) rotate(${num(degrees)}) scale(${num(length / 10)})">` +
    `<path d="M0 0C-4.6-2.6-4.2-7.6 0-10C4.2-7.6 4.6-2.6 0 0Z" fill="${fill}"/>` +
    `<path d="M0 .8V-8.6M0-2.4L-2.2-4.4M0-2.4L2.2-4.4M0-4.6L-2-6.6M0-4.6L2-6.6" stroke="${vein}" stroke-width="${num(Math.max(0.3, w / 10))}" fill="none"/></g>`
  );
}
