import type { ItemFields } from '../item-fields.ts';

/** What becomes of a row: the contract's CatalogImportOutcome. */
export const outcomes = ['CREATED', 'UPDATED', 'UNCHANGED', 'FAILED'] as const;
export type ImportOutcome = (typeof outcomes)[number];

/** A row of the file, as far as it is understood. */
export interface ImportRow {
  /** As a spreadsheet counts them: the header is 1. */
  row: number;
  customId: string | null;
  /** A cell that is empty is absent. */
  fields: ItemFields;
  /** As the cells name them; null: the cell is empty. */
  image: string | null;
  referenceImages: string[];
  /** What is wrong with it; null: nothing that the file alone shows. */
  problem: string | null;
}

/** A picture that a row names. It is that of an item already if one of these is the same. */
export interface ImportedPicture {
  /** null in a dry run, which stores nothing. */
  imageId: string | null;
  /** Lower-case hex, of what was sent with the file. */
  sha256: string | null;
  /** That it is to be fetched from. */
  url: string | null;
}
