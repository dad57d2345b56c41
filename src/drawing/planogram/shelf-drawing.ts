import type { JudgedPosition, PositionStatus } from '../../recognition/compliance/compliance.ts';
import type { PlannedShelf } from '../../recognition/compliance/plan.ts';
import type { BoxNumbers } from '../../recognition/rounding.ts';

/** A planogram and what an image shows of it, to be drawn. */
export interface ShelfDrawing {
  /** Above everything. */
  title: string;
  score: number | null;
  shelves: readonly PlannedShelf[];
  /** Of all shelves, in the order of the plan. */
  positions: readonly JudgedPosition[];
  unplanned: readonly number[];
  /** What was found, in pixels of the image. */
  picture: { width: number; height: number; detections: readonly { box: BoxNumbers; itemId: string | null }[] };
  /** Boxes of empty stretches, in the same pixels. */
  gaps: readonly BoxNumbers[];
  nameOf(itemId: string): string;
}

/** How a status looks. Colours are dark enough for text on a light ground; every difference also has a number, for those who see none. */
interface Look {
  colour: string;
  /** In the legend and in the list of differences. */
  text: string;
}

const looks: Record<PositionStatus, Look> = {
  FOUND: { colour: '#2e7d32', text: 'as planned' },
  TOO_FEW_FACINGS: { colour: '#b85c00', text: 'too few facings' },
  TOO_MANY_FACINGS: { colour: '#b85c00', text: 'too many facings' },
  OUT_OF_ORDER: { colour: '#7b1fa2', text: 'out of order' },
  MISPLACED: { colour: '#7b1fa2', text: 'on another shelf' },
  WRONG_ITEM: { colour: '#c8102e', text: 'another item in its place' },
  MISSING: { colour: '#c8102e', text: 'missing' },
  UNIDENTIFIED: { colour: '#546078', text: 'a product without a name in its place' },
  NOT_SEEN: { colour: '#8a94a6', text: 'not in the image' },
};

export const unplannedLook: Look = { colour: '#0277bd', text: 'not in the planogram' };
export const gapColour = '#c8102e';
export const ink = '#20242c';

export function lookOf(status: PositionStatus): Look {
  return looks[status];
}

const agreeing: ReadonlySet<PositionStatus> = new Set(['FOUND', 'NOT_SEEN']);

/** The positions that differ from the plan, in its order: the first has the number 1 in the drawing. */
export function listDifferences(positions: readonly JudgedPosition[]): JudgedPosition[] {
  return positions.filter(({ status }) => !agreeing.has(status));
}
