import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import type { DB } from '../../database/types.generated.ts';
import { appendEvents } from '../../events/log.ts';
import { newId } from '../../ids.ts';
import { removeUnlistedImages } from '../../images/removal/remove-unlisted.ts';
import { bumpCatalogRevision } from '../catalog.repository.ts';
import { checkReferenceCount, insertItemWithPictures } from '../create-item.ts';
import { type ItemFields, itemColumns } from '../item-fields.ts';
import { updateCatalogItemFields } from '../item-writes.repository.ts';
import { setPictures } from '../pictures.repository.ts';
import { indexAnew } from '../update-item.ts';
import { listNeededNoMore, type RowResult, type StoredRow } from './import-rows.repository.ts';
import { type CurrentItem, findCurrentPictures, lockItem } from './imported-items.repository.ts';
import type { ImportedPicture } from './row.ts';

export interface AppliedRow extends RowResult {
  /** Hashes of pictures that nobody may have any more: for `removeBytes` after the commit. */
  unused: string[];
}

/** What a row does to the catalogue. In a dry run it is found out, and nothing is changed. */
export async function applyRow(trx: Transaction<DB>, row: StoredRow, dryRun: boolean): Promise<AppliedRow> {
  const fields = row.fields as ItemFields;
  const wanted = row.pictures as unknown as (ImportedPicture | null)[];
  const item = await lockItem(trx, row.organization_id, row.custom_id!);
  const result = item
    ? await change(trx, item, { fields, wanted, dryRun })
    : await create(trx, row.organization_id, { fields, wanted, dryRun });
  const unused = dryRun ? [] : await removeLeftovers(trx, row);
  return { ...result, unused: [...unused, ...(result.unused ?? [])] };
}

/** What was stored for the row and is no item's now: it was there already, or the row failed. */
export async function removeLeftovers(trx: Transaction<DB>, row: StoredRow): Promise<string[]> {
  const wanted = row.pictures as unknown as (ImportedPicture | null)[];
  const ids = wanted.flatMap((picture) => (picture?.imageId ? [picture.imageId] : []));
  if (ids.length === 0) return [];
  return removeUnlistedImages(trx, row.organization_id, await listNeededNoMore(trx, row, [...new Set(ids)]));
}

interface Wanted {
  fields: ItemFields;
  wanted: readonly (ImportedPicture | null)[];
  dryRun: boolean;
}

type Applied = RowResult & { unused?: string[] };

const failed = (message: string, itemId: string | null = null): Applied => ({ outcome: 'FAILED', message, itemId });

async function create(
  trx: Transaction<DB>,
  organizationId: string,
  { fields, wanted, dryRun }: Wanted,
): Promise<Applied> {
  const { name } = fields;
  if (!name) return failed('The item is new, and name is empty.');
  if (!wanted[0]) return failed('The item is new, and image is empty.');
  if (dryRun) return { outcome: 'CREATED', message: null, itemId: null };
  const imageIds = [...new Set(wanted.flatMap((picture) => (picture ? [picture.imageId!] : [])))];
  const id = newId();
  await insertItemWithPictures(trx, organizationId, { id, fields: { ...fields, name }, imageIds });
  return { outcome: 'CREATED', message: null, itemId: id };
}

async function change(trx: Transaction<DB>, item: CurrentItem, { fields, wanted, dryRun }: Wanted): Promise<Applied> {
  const { organization_id: organizationId, id } = item;
  const current = await findCurrentPictures(trx, organizationId, id);
  const after = mergePictures(current, wanted);
  const [issue] = checkReferenceCount(after.length - 1, 'referenceImages');
  if (issue) return failed(issue.message, id);
  const before = current.map(({ imageId }) => imageId);
  const hasNewPictures = !isDeepStrictEqual(
    after.map(({ imageId }) => imageId),
    before,
  );
  const hasNewFields = differs(item, fields);
  const outcome = hasNewFields || hasNewPictures ? 'UPDATED' : 'UNCHANGED';
  if (dryRun || outcome === 'UNCHANGED') return { outcome, message: null, itemId: id };
  if (hasNewFields) await updateCatalogItemFields(trx, organizationId, id, fields);
  const unused = hasNewPictures ? await replacePictures(trx, item, before, after) : [];
  // Which tags an item has decides which analyses look for it.
  if (!hasNewPictures && fields.tags !== undefined) await bumpCatalogRevision(trx, organizationId);
  const state = { status: hasNewPictures ? 'INDEXING' : item.status, previousStatus: item.status } as const;
  await appendEvents(trx, [{ organizationId, kind: 'CATALOG_ITEM', entityId: id, state }]);
  return { outcome, message: null, itemId: id, unused };
}

async function replacePictures(
  trx: Transaction<DB>,
  { organization_id: organizationId, id }: CurrentItem,
  before: readonly (string | null)[],
  after: readonly ImportedPicture[],
): Promise<string[]> {
  const ids = [...new Set(after.map(({ imageId }) => imageId!))];
  await setPictures(trx, organizationId, id, ids);
  await indexAnew(trx, organizationId, id);
  return removeUnlistedImages(
    trx,
    organizationId,
    before.filter((imageId) => imageId !== null && !ids.includes(imageId)) as string[],
  );
}

/** The pictures that the item is to have: those of the row, as the item has them already where they are the same. */
function mergePictures(
  current: readonly ImportedPicture[],
  [thumbnail, ...references]: readonly (ImportedPicture | null)[],
): ImportedPicture[] {
  const known = (picture: ImportedPicture) => current.find((one) => isSame(one, picture)) ?? picture;
  const kept = references.length > 0 ? references.map((picture) => known(picture!)) : current.slice(1);
  const first = thumbnail ? known(thumbnail) : current[0]!;
  return [first, ...kept.filter((picture) => picture !== first)];
}

function isSame(a: ImportedPicture, b: ImportedPicture): boolean {
  const equal = (name: keyof ImportedPicture) => a[name] !== null && a[name] === b[name];
  return equal('imageId') || equal('sha256') || equal('url');
}

function differs(item: CurrentItem, fields: ItemFields): boolean {
  const { custom_props, ...columns } = itemColumns(fields);
  const stored: Record<string, unknown> = item;
  const isChanged = Object.entries(columns).some(([name, value]) => !isDeepStrictEqual(stored[name], value));
  return isChanged || (custom_props !== undefined && !isDeepStrictEqual(item.custom_props, JSON.parse(custom_props)));
}
