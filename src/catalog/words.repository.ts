import { type Kysely, type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { appendEvents } from '../events/log.ts';
import { readCatalogWordsJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import type { ItemWords } from '../recognition/words/printed-words.ts';
import { bumpCatalogRevision } from './catalog.repository.ts';
import { inScope, type MatrixScope } from './item-matrix.repository.ts';
import { findItemStates } from './item-states.repository.ts';

/** A catalogue picture whose words no job has read. */
export interface UnreadPicture {
  catalogItemId: string;
  imageId: string;
  /** Lower-case hex. */
  sha256: string;
}

/** Only organisations with a task that reads text need the words of their items: reading takes as long as ten embeddings. */
function needsWords(organizationId: RawBuilder<unknown>): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select from task where task.organization_id = ${organizationId} and task.read_text and task.deleted_at is null)`;
}

/** The rows of catalogue pictures to read. Crops that corrections taught are left out: they also show the neighbours of the product. */
const unread = (model: string) => sql`
  catalog_image ci
  join catalog_item i on i.organization_id = ci.organization_id and i.id = ci.catalog_item_id and i.status = 'ACTIVE'
  join image on image.organization_id = ci.organization_id and image.id = ci.image_id and image.sha256 is not null
  where ci.position is not null and not exists (
    select from catalog_words w
    where w.catalog_item_id = ci.catalog_item_id and w.image_id = ci.image_id and w.model = ${model})`;

/** Catalogue pictures of an organisation that a model has not read, the oldest items first. @param model name@version */
export async function listUnreadPictures(
  db: Kysely<DB>,
  organizationId: string,
  model: string,
  limit: number,
): Promise<UnreadPicture[]> {
  const { rows } = await sql<UnreadPicture>`
    select ci.catalog_item_id as "catalogItemId", ci.image_id as "imageId", encode(image.sha256, 'hex') as sha256
    from ${unread(model)} and ci.organization_id = ${organizationId} and ${needsWords(sql.ref('ci.organization_id'))}
    order by ci.catalog_item_id, ci.position limit ${limit}`.execute(db);
  return rows;
}

/** Adds the jobs for organisations with such pictures. @param model name@version */
export function addMissedWordsJobs(db: Kysely<DB>, model: string): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ organizationId: string }>`
      select o.id as "organizationId" from organization o
      where ${needsWords(sql.ref('o.id'))}
        and exists (select from ${unread(model)} and ci.organization_id = o.id)`.execute(trx);
    await addJobs(
      trx,
      readCatalogWordsJob,
      rows.map((payload) => ({ payload })),
    );
  });
}

/** Adds the job that reads what is new in the catalogue, if a task of the organisation reads text. */
export async function addWordsJob(trx: Transaction<DB>, organizationId: string): Promise<void> {
  const { rows } = await sql`select 1 where ${needsWords(sql.lit(organizationId))}`.execute(trx);
  if (rows.length > 0) await addJobs(trx, readCatalogWordsJob, [{ payload: { organizationId } }]);
}

/** What a model read on a catalogue picture. */
export interface PictureWords extends Omit<UnreadPicture, 'sha256'> {
  /** name@version */
  model: string;
  /** In reading order. */
  words: readonly string[];
}

/**
 * Stores words, of several pictures at once, because workers then load these items anew. Those of pictures that were removed meanwhile
 * are left out. After the commit call `hints.eventsWritten()`.
 */
export async function insertWords(
  trx: Transaction<DB>,
  organizationId: string,
  read: readonly PictureWords[],
): Promise<void> {
  const { rows } = await sql<{ itemId: string }>`
    insert into catalog_words (organization_id, catalog_item_id, image_id, model, words)
    select ci.organization_id, ci.catalog_item_id, ci.image_id, made.model, made.words
    from jsonb_to_recordset(${JSON.stringify(read)}::jsonb)
      as made("catalogItemId" uuid, "imageId" uuid, model text, words text[])
    join catalog_image ci on ci.organization_id = ${organizationId}
      and ci.catalog_item_id = made."catalogItemId" and ci.image_id = made."imageId"
    on conflict do nothing
    returning catalog_item_id as "itemId"`.execute(trx);
  if (rows.length === 0) return;
  await bumpCatalogRevision(trx, organizationId);
  const itemIds = [...new Set(rows.map(({ itemId }) => itemId))];
  await appendEvents(
    trx,
    // An item that is INDEXING or ARCHIVED meanwhile has an event of its own.
    (await findItemStates(trx, organizationId, itemIds))
      .filter(({ state }) => state.status === 'ACTIVE')
      .map(({ entityId }) => ({
        organizationId,
        kind: 'CATALOG_ITEM' as const,
        entityId,
        state: { status: 'ACTIVE' as const, previousStatus: 'ACTIVE' as const },
      })),
  );
}

/** The words that were read on the pictures of items, each once, by their ids; without items of which no picture was read. */
export async function findReadWords(
  db: Kysely<DB>,
  organizationId: string,
  itemIds: readonly string[],
  model: string,
): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ itemId: string; words: string[] }>`
    select w.catalog_item_id as "itemId", w.words
    from catalog_words w
    join catalog_image ci on ci.catalog_item_id = w.catalog_item_id and ci.image_id = w.image_id
    where w.organization_id = ${organizationId} and w.catalog_item_id = any(${[...itemIds]}::uuid[])
      and w.model = ${model}
    order by w.catalog_item_id, ci.position`.execute(db);
  const found = new Map<string, string[]>();
  for (const { itemId, words } of rows) found.set(itemId, [...new Set([...(found.get(itemId) ?? []), ...words])]);
  return found;
}

/**
 * The ACTIVE items of a scope with their words: given by their owner, or else read by a model. Those without either are left out.
 * @param itemIds reads only these.
 */
export async function loadItemWords(
  db: Kysely<DB>,
  scope: MatrixScope,
  model: string | null,
  itemIds?: readonly string[],
): Promise<ItemWords[]> {
  const wanted = itemIds === undefined ? sql`true` : sql`i.id = any(${[...itemIds]}::uuid[])`;
  const { rows } = await sql<{ itemId: string; words: string[] | null; areGiven: boolean }>`
    select i.id as "itemId", i.words is not null as "areGiven", coalesce(i.words, (
      select array_agg(distinct word) from catalog_words w, unnest(w.words) as word
      where w.organization_id = i.organization_id and w.catalog_item_id = i.id and w.model = ${model})) as words
    from catalog_item i
    where i.organization_id = ${scope.organizationId} and i.status = 'ACTIVE' and ${inScope(scope)} and ${wanted}`.execute(
    db,
  );
  return rows.flatMap(({ words, ...item }) => (words === null ? [] : { ...item, words }));
}
