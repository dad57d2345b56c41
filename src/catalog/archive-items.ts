import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import type { GivenId } from '../given-id.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { bumpCatalogRevision, type CatalogItemRow, findCatalogItems, lockCatalogItem } from './catalog.repository.ts';
import type { CatalogResources } from './create-item.ts';
import { setItemStatus } from './item-writes.repository.ts';

export type ArchiveOutcome = CatalogItemRow | NotFoundError | ConflictError;

/** Removes items from recognition for good, each independently; the outcomes are in the order of the ids. */
export async function archiveCatalogItems(
  app: Pick<CatalogResources, 'db' | 'hints'>,
  organizationId: string,
  ids: readonly GivenId[],
): Promise<ArchiveOutcome[]> {
  const failures: (NotFoundError | ConflictError | null)[] = [];
  for (const id of ids) failures.push(await archiveOne(app.db, organizationId, id));
  app.hints.eventsWritten();
  const done = ids.flatMap(({ uuid }, index) => (failures[index] === null && uuid !== null ? [uuid] : []));
  const rows = new Map((await findCatalogItems(app.db, organizationId, done)).map((row) => [row.id, row]));
  return ids.map(({ uuid }, index) => failures[index] ?? rows.get(uuid!)!);
}

async function archiveOne(
  db: Kysely<DB>,
  organizationId: string,
  { text, uuid }: GivenId,
): Promise<NotFoundError | ConflictError | null> {
  if (uuid === null) return new NotFoundError(text);
  return db.transaction().execute(async (trx) => {
    const before = await lockCatalogItem(trx, organizationId, uuid);
    if (!before) return new NotFoundError(text);
    if (before.status === 'ARCHIVED') return new ConflictError(`The item ${text} is already archived.`);
    await setItemStatus(trx, organizationId, uuid, 'ARCHIVED');
    await bumpCatalogRevision(trx, organizationId);
    const state = { status: 'ARCHIVED', previousStatus: before.status } as const;
    await appendEvents(trx, [{ organizationId, kind: 'CATALOG_ITEM', entityId: uuid, state }]);
    return null;
  });
}
