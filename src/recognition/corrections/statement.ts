import type { BoxNumbers } from '../rounding.ts';

/** What a correction says about its box. */
export type Verdict = 'ITEM' | 'UNKNOWN' | 'NOT_A_PRODUCT';

/** The part of a correction that decides what it changes; see the columns of `correction`. */
export interface Statement {
  id: string;
  analysis_id: string;
  /** null: no detection of that run, or the box says which. */
  detection_index: number | null;
  /** Pixels of the oriented picture. */
  box: BoxNumbers;
  /** Where a person says that the product is; null: in `box`. */
  changed_box: BoxNumbers | null;
  verdict: Verdict;
  /** null unless the verdict is ITEM. */
  catalog_item_id: string | null;
}

/** Where the product is. */
export function boxOf({ box, changed_box }: Pick<Statement, 'box' | 'changed_box'>): BoxNumbers {
  return changed_box ?? box;
}
