import type { Point } from './quadrilateral.ts';
import type { TextMap } from './text-map.ts';

/** Connected pixels: the ends of each of their horizontal runs, from top to bottom. */
export type BrightRegion = Point[];

/**
 * Groups the pixels of a map with at least this value that touch, also at corners. Each pixel counts as 2 by 2 (itself and those to
 * its right, below and in between), which closes gaps of one pixel.
 *
 * Runs of pixels are joined row by row, in one pass, instead of following contours: of a region, only its convex hull is needed, and
 * the ends of its runs contain that.
 */
export function findBrightRegions(map: TextMap, brightFrom: number): BrightRegion[] {
  const runs = new Runs();
  let above = { first: 0, end: 0 };
  for (let y = 0; y < map.height; y++) {
    const first = runs.count;
    addRuns(map, y, brightFrom, runs);
    for (let run = first, other = above.first; run < runs.count; run++) {
      while (other < above.end && runs.ends[other]! + 1 < runs.starts[run]!) other += 1;
      for (let next = other; next < above.end && runs.starts[next]! <= runs.ends[run]! + 1; next++)
        runs.join(run, next);
    }
    above = { first, end: runs.count };
  }
  return runs.regions();
}

/** Appends the runs of bright pixels in a row. */
function addRuns({ values, width }: TextMap, y: number, brightFrom: number, runs: Runs): void {
  const row = y * width;
  const before = y === 0 ? row : row - width;
  let start = -1;
  let wasBright = false;
  for (let x = 0; x < width; x++) {
    const isBright = values[row + x]! >= brightFrom || values[before + x]! >= brightFrom;
    if (isBright && start === -1) start = x;
    // One more pixel is bright: the one to the right.
    if (!isBright && !wasBright && start !== -1) {
      runs.add(start, x - 1, y);
      start = -1;
    }
    wasBright = isBright;
  }
  if (start !== -1) runs.add(start, width - 1, y);
}

/** Runs of pixels, and which of them belong together (union-find). */
class Runs {
  readonly starts: number[] = [];
  /** The last pixel of each. */
  readonly ends: number[] = [];
  readonly #rows: number[] = [];
  readonly #parents: number[] = [];

  get count(): number {
    return this.starts.length;
  }

  add(start: number, end: number, y: number): void {
    this.#parents.push(this.count);
    this.starts.push(start);
    this.ends.push(end);
    this.#rows.push(y);
  }

  join(a: number, b: number): void {
    const [one, other] = [this.#rootOf(a), this.#rootOf(b)];
    this.#parents[Math.max(one, other)] = Math.min(one, other);
  }

  #rootOf(run: number): number {
    const parents = this.#parents;
    let root = run;
    while (parents[root] !== root) {
      // Halves the way for the next time.
      parents[root] = parents[parents[root]!]!;
      root = parents[root]!;
    }
    return root;
  }

  regions(): BrightRegion[] {
    const regions = new Map<number, BrightRegion>();
    for (let run = 0; run < this.count; run++) {
      const root = this.#rootOf(run);
      const region = regions.get(root) ?? [];
      if (region.length === 0) regions.set(root, region);
      const y = this.#rows[run]!;
      region.push({ x: this.starts[run]!, y }, { x: this.ends[run]!, y });
    }
    return [...regions.values()];
  }
}
