import type { Box } from '../../../recognition/box.ts';
import type { Look } from './looks.ts';

/** Thinner ones fade into the picture. */
const leastLinePx = 1;

/** A box as an SVG. @param edge longer side of the picture, in pixels, which lines are measured by */
export function drawBox(box: Box, { colour, casing, width, dash, isCrossed }: Look, edge: number): string {
  const path = `${outline(box)}${isCrossed ? cross(box) : ''}`;
  const line = Math.max(leastLinePx, width * edge);
  const gaps = dash === null ? '' : ` stroke-dasharray="${px(dash * edge)}"`;
  return drawPath(path, casing, line * 2) + drawPath(path, colour, line, gaps);
}

function drawPath(path: string, colour: string, width: number, more = ''): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${px(width)}" stroke-linejoin="round"${more}/>`;
}

function outline({ x, y, width, height }: Box): string {
  return `M${px(x)} ${px(y)}h${px(width)}v${px(height)}h${px(-width)}Z`;
}

function cross({ x, y, width, height }: Box): string {
  return `M${px(x)} ${px(y)}l${px(width)} ${px(height)}M${px(x + width)} ${px(y)}l${px(-width)} ${px(height)}`;
}

export function px(value: number): string {
  return value.toFixed(1);
}
