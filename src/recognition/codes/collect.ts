import type { CornerNumbers } from '../rounding.ts';
import { centreOf, pointsOf, type ReadCode } from './code.ts';

/** Adds codes of a view to those of earlier ones, unless they were found there. */
export function addCodes(found: ReadCode[], more: readonly ReadCode[]): void {
  for (const code of more) if (!found.some((earlier) => isSame(earlier, code))) found.push(code);
}

/** The same code in another view, not an equal one beside it: of two, the centre of either lies outside the other. */
function isSame(a: ReadCode, b: ReadCode): boolean {
  return a.format === b.format && a.value === b.value && distance(a.corners, b.corners) < lengthOf(a.corners) / 2;
}

function distance(a: CornerNumbers, b: CornerNumbers): number {
  const [one, other] = [centreOf(a), centreOf(b)];
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/** Of its longer side. The quadrilateral of bars may be as thin as a line. */
function lengthOf(corners: CornerNumbers): number {
  const [a, b, c] = pointsOf(corners);
  return Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), Math.hypot(b[0] - c[0], b[1] - c[1]));
}
