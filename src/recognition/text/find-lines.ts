import { type BrightRegion, findBrightRegions } from './bright-regions.ts';
import { boxAround, mapCorners, type Quadrilateral } from './quadrilateral.ts';
import { cornersOf, growRectangle, type Rectangle, smallestRectangle } from './smallest-rectangle.ts';
import type { TextMap } from './text-map.ts';

/** How a text detector's map is read; see its manifest. */
export interface TextMapRule {
  brightFrom: number;
  lineFrom: number;
  growth: number;
}

/** A line of text that was found, and not read yet. */
export interface FoundLine {
  /** In pixels of the map, the centre of its first one at 0, 0; may reach beyond its edges. */
  corners: Quadrilateral;
  /** Mean of the map in its rectangle, 0..1. */
  score: number;
}

/** Shorter side of a rectangle in pixels of the map, before and after it has grown, below which it is noise. */
const leastSide = 3;
const leastGrownSide = 5;

/** So much farther out, the pixels that the sides of a rectangle pass through count as inside, as in OpenCV's fillPoly. */
const halfPixel = 0.499;

/**
 * The lines that a text detector's map shows, the most certain first. The same as the post-processing of PaddleOCR (DB, score mode
 * "fast", with dilation), except that holes in regions are not looked at: they are dark, so none of them is a line.
 */
export function findLines(map: TextMap, rule: TextMapRule): FoundLine[] {
  return findBrightRegions(map, Math.floor(rule.brightFrom * 255) + 1)
    .flatMap((region) => toLine(map, region, rule) ?? [])
    .sort((a, b) => b.score - a.score);
}

function toLine(map: TextMap, region: BrightRegion, { lineFrom, growth }: TextMapRule): FoundLine | null {
  const { width, height } = boxAround(region);
  // No rectangle has shorter sides than the upright one has a diagonal.
  if (Math.hypot(width, height) < leastSide) return null;
  const rectangle = smallestRectangle(region);
  if (shorterSide(rectangle) < leastSide) return null;
  // PaddleOCR continues with whole pixels. Other numbers would be as right, but give other scores by up to 0.07 for flat lines.
  const corners = mapCorners(cornersOf(rectangle), ({ x, y }) => ({ x: wholePixel(x), y: wholePixel(y) }));
  const whole = smallestRectangle(corners);
  const score = meanInside(map, cornersOf(growRectangle(whole, halfPixel))) / 255;
  if (score < lineFrom) return null;
  const by = (growth * rectangle.width * rectangle.height) / (2 * (rectangle.width + rectangle.height));
  const grown = growRectangle(whole, by);
  return shorterSide(grown) < leastGrownSide ? null : { corners: cornersOf(grown), score };
}

/** Cut off; what is a whole number but for the rounding of its computation stays that number. */
function wholePixel(value: number): number {
  return Math.floor(value + 1e-4);
}

function shorterSide({ width, height }: Rectangle): number {
  return Math.min(width, height);
}

/** Mean of the pixels whose centres lie in a quadrilateral, sides included. */
function meanInside({ values, width, height }: TextMap, corners: Quadrilateral): number {
  const box = boxAround(corners);
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, Math.floor(box.y)); y <= Math.min(height - 1, Math.ceil(box.y + box.height)); y++) {
    const span = spanAt(corners, y);
    if (span === null) continue;
    const last = Math.min(width - 1, Math.floor(span.right));
    for (let x = Math.max(0, Math.ceil(span.left)); x <= last; x++) {
      sum += values[y * width + x]!;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Where a horizontal line crosses a convex shape; null: it does not. Rounding must not lose pixels on its sides. */
function spanAt(corners: Quadrilateral, y: number): { left: number; right: number } | null {
  const slack = 1e-6;
  let [left, right] = [Infinity, -Infinity];
  for (const [index, a] of corners.entries()) {
    const b = corners[(index + 1) % 4]!;
    if (y < Math.min(a.y, b.y) - slack || y > Math.max(a.y, b.y) + slack) continue;
    const xs = Math.abs(b.y - a.y) < slack ? [a.x, b.x] : [a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x)];
    left = Math.min(left, ...xs);
    right = Math.max(right, ...xs);
  }
  return left > right ? null : { left: left - slack, right: right + slack };
}
