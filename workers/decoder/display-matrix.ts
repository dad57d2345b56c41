import type { Rotation } from './video.ts';

/**
 * The upper left part of a display matrix, the only part that turns and mirrors: a stored point (x, y) is shown at
 * (a·x + c·y, b·x + d·y), with y pointing down.
 */
export interface DisplayMatrix {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** How a stored picture becomes the shown one. */
export interface Turn {
  /** Degrees clockwise, after mirroring left to right where the picture is mirrored. */
  rotation: Rotation;
  /** Whether width and height are exchanged. */
  swapsSides: boolean;
  /** FFmpeg's filters in their order; empty: it is shown as it is stored. */
  filters: string[];
}

/** Angles between quarter turns are rounded to the nearest one, as most players do. */
export function turnOf(matrix: DisplayMatrix | null): Turn {
  if (matrix === null) return { rotation: 0, swapsSides: false, filters: [] };
  const { a, b, c, d } = matrix;
  if (Math.abs(a) >= Math.abs(b)) {
    const filters = [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])];
    return { rotation: d < 0 ? 180 : 0, swapsSides: false, filters };
  }
  return { rotation: c < 0 ? 90 : 270, swapsSides: true, filters: [`transpose=${transposition(b, c)}`] };
}

/** FFmpeg's names: `clock` is a quarter turn clockwise, and `cclock_flip` exchanges x and y without anything else. */
function transposition(b: number, c: number): string {
  if (b > 0) return c < 0 ? 'clock' : 'cclock_flip';
  return c < 0 ? 'clock_flip' : 'cclock';
}
