import type { Product } from './pack.ts';
import type { BoardPlan, ShelfPlan } from './plan.ts';
import { getProduct } from './products/index.ts';
import { createRandom } from './random.ts';

/** One pack at the front of a shelf. Millimetres of the scene; the box is the front face before perspective. */
export interface Facing {
  product: Product;
  board: number;
  /** 0 stands on the board, 1 on the pack below it. */
  level: number;
  leftMm: number;
  topMm: number;
  /** How far behind the front edge it was put. */
  depthMm: number;
  tiltDegrees: number;
  /** How many more of it stand behind. */
  behind: number;
  /** How much darker than new this one looks, 0..1: print and light differ from pack to pack. */
  wear: number;
  runStart: boolean;
}

const smallestGapMm = 2;

/** Puts the runs of every board side by side until the right upright, as a shop assistant would: nearly straight. */
export function placeFacings(plan: ShelfPlan): Facing[] {
  const random = createRandom(plan.seed);
  return plan.boards.flatMap((board, index) => placeBoard(plan, board, index, random));
}

function placeBoard(
  plan: ShelfPlan,
  board: BoardPlan,
  index: number,
  random: ReturnType<typeof createRandom>,
): Facing[] {
  const facings: Facing[] = [];
  let cursor = plan.fromMm + random.between(6, 16);
  for (const run of board.runs) {
    if ('gapMm' in run) {
      cursor += run.gapMm;
      continue;
    }
    const product = getProduct(run.product);
    for (let count = 0; count < run.facings; count++) {
      if (cursor + product.widthMm > plan.toMm - smallestGapMm) return facings;
      const depthMm = random.between(6, 26);
      const behind = random.chance(0.75) ? 2 : 0;
      for (let level = 0; level < (run.levels ?? 1); level++) {
        facings.push({
          product,
          board: index,
          level,
          leftMm: cursor + (level === 0 ? 0 : random.between(-2, 2)),
          topMm: board.yMm - product.heightMm * (level + 1),
          depthMm,
          tiltDegrees: level === 0 ? random.normal() * 0.35 : 0,
          behind: level === 0 ? behind : Math.min(behind, 1),
          wear: random.between(0, 0.09),
          runStart: count === 0 && level === 0,
        });
      }
      cursor += product.widthMm + random.between(smallestGapMm, 6);
    }
    cursor += random.between(3, 12);
  }
  return facings;
}
