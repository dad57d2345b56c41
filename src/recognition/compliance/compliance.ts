import { roundShare } from '../rounding.ts';

export const positionStatuses = [
  'FOUND',
  'TOO_FEW_FACINGS',
  'TOO_MANY_FACINGS',
  'OUT_OF_ORDER',
  'MISPLACED',
  'WRONG_ITEM',
  'MISSING',
  'UNIDENTIFIED',
  'NOT_SEEN',
] as const;
export type PositionStatus = (typeof positionStatuses)[number];

/** What became of a planned position. */
export interface JudgedPosition {
  /** From the top and from the left, from 0, as in the plan. */
  shelf: number;
  position: number;
  itemId: string;
  status: PositionStatus;
  /** Products that the plan has there, stacked ones included. */
  planned: number;
  /** Those of them that the picture would show. */
  visible: number;
  /** Products of the item that stand in the place. */
  found: number;
  /**
   * Indexes of detections: the products in the place; for OUT_OF_ORDER and MISPLACED, where the item stands instead; for WRONG_ITEM and
   * UNIDENTIFIED, what stands in its place.
   */
  detections: number[];
}

/** How a picture agrees with a plan. */
export interface Compliance {
  /** 0..1; null: the picture shows nothing that could be judged. */
  score: number | null;
  /** Every position of the plan, in its order. */
  positions: JudgedPosition[];
  /** Indexes of detections that belong to no position of the plan. */
  unplanned: number[];
}

/** Statuses that say nothing for or against the shelf, so that they are left out of the score. */
const unjudged: ReadonlySet<PositionStatus> = new Set(['NOT_SEEN', 'UNIDENTIFIED']);

/**
 * The mean over the positions that could be judged: 1 for FOUND, found ÷ visible for TOO_FEW_FACINGS, visible ÷ found for
 * TOO_MANY_FACINGS, 0 for all others. Unplanned products do not lower it: they take the place of something that is missing, or none.
 */
export function scoreOf(positions: readonly JudgedPosition[]): number | null {
  const judged = positions.filter(({ status }) => !unjudged.has(status));
  if (judged.length === 0) return null;
  return roundShare(judged.reduce((sum, position) => sum + creditOf(position), 0) / judged.length);
}

function creditOf({ status, found, visible }: JudgedPosition): number {
  if (status === 'FOUND') return 1;
  if (status === 'TOO_FEW_FACINGS') return found / visible;
  return status === 'TOO_MANY_FACINGS' ? visible / found : 0;
}
