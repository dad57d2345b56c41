import { stat } from 'node:fs/promises';
import type { CatalogueSource, SourceRow } from './read-source.ts';

/**
 * As much as one request takes, with room to spare: the server's own limits are 499 pictures, 5,000 rows, a table of 2 MB and
 * 1 GB in all. */
export interface PartLimits {
  rows: number;
  pictures: number;
  /** Of the pictures. */
  bytes: number;
  /** Of the table, as characters. */
  table: number;
}

export const partLimits: PartLimits = { rows: 1_000, pictures: 100, bytes: 200_000_000, table: 400_000 };

/** Splits a catalogue into parts that fit into one request each; the pictures of a row stay together. */
export async function splitSource({ header, rows }: CatalogueSource, limits: PartLimits): Promise<CatalogueSource[]> {
  const parts: CatalogueSource[] = [];
  let part: SourceRow[] = [];
  let used = { pictures: 0, bytes: 0, table: 0 };
  for (const row of rows) {
    const sizes = await Promise.all([...row.files.values()].map(async (path) => (await stat(path)).size));
    const own = {
      pictures: sizes.length,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      table: row.cells.reduce((sum, cell) => sum + cell.length + 3, 0),
    };
    const fits =
      part.length < limits.rows &&
      used.pictures + own.pictures <= limits.pictures &&
      used.bytes + own.bytes <= limits.bytes &&
      used.table + own.table <= limits.table;
    if (!fits && part.length > 0) {
      parts.push({ header, rows: part });
      part = [];
      used = { pictures: 0, bytes: 0, table: 0 };
    }
    part.push(row);
    used = { pictures: used.pictures + own.pictures, bytes: used.bytes + own.bytes, table: used.table + own.table };
  }
  if (part.length > 0) parts.push({ header, rows: part });
  return parts;
}
