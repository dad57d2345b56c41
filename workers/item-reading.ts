import type { Kysely } from 'kysely';
import { knownChangesHours, listChangedItems, type MatrixVersion } from '../src/catalog/item-matrix.repository.ts';
import type { DB } from '../src/database/types.generated.ts';

/** When and up to where the items of a scope were read. */
export interface ItemReading {
  atMs: number;
  horizon: bigint;
  listVersion: number | null;
}

/** Items that were read longer ago are all read again: half of the time for which changes are known. */
const longestMs = (knownChangesHours / 2) * 3_600_000;

/** @param found before the items are read. */
export function beginReading({ horizon, listVersion }: MatrixVersion): ItemReading {
  return { atMs: performance.now(), horizon, listVersion };
}

/** The items that have changed since they were read; null: all are to be read, because it is not known which. */
export async function listChangedSince(
  db: Kysely<DB>,
  organizationId: string,
  before: ItemReading | undefined,
  found: MatrixVersion,
): Promise<string[] | null> {
  return before && canUpdate(before, found) ? listChangedItems(db, organizationId, before.horizon) : null;
}

/** Not with another list, nor if the database is another one now, such as one that was restored, whose transactions count from less. */
function canUpdate({ listVersion, horizon, atMs }: ItemReading, found: MatrixVersion): boolean {
  return listVersion === found.listVersion && horizon <= found.horizon && performance.now() - atMs < longestMs;
}
