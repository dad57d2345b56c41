import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bumpCatalogRevision } from '../../../src/catalog/catalog.repository.ts';
import { insertWords } from '../../../src/catalog/words.repository.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { ItemWords } from '../../../workers/item-words.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { catalogClient } from './client.ts';

/** A worker that has the words on the items of a task in memory, while others change them. */
let sightline: TestSightline;
let db: Kysely<DB>;
let organizationId: string;
let catalog: ReturnType<typeof catalogClient>;
let worker: ItemWords;

const model = 'reader@1';

beforeAll(async () => {
  sightline = await startTestSightline();
  db = sightline.database.db;
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  catalog = catalogClient(sightline, tenant.apiKey);
  worker = new ItemWords(db, model);
});

const everything = () => ({ organizationId, taskId: newId(), allCatalogItems: true });
const random = (count: number) => Math.floor(Math.random() * count);

/** @returns the id in the database */
async function createActive(input: Record<string, unknown> = {}): Promise<string> {
  const { id } = await catalog.create(input);
  const uuid = decodeId('catalogItem', id)!;
  await db.transaction().execute(async (trx) => {
    await sql`update catalog_item set status = 'ACTIVE' where id = ${uuid}`.execute(trx);
    await bumpCatalogRevision(trx, organizationId);
  });
  return uuid;
}

/** What a job stores that has read the pictures of an item. */
async function read(catalogItemId: string, ...words: string[]): Promise<void> {
  const { rows } = await sql<{ imageId: string }>`
    select image_id as "imageId" from catalog_image where catalog_item_id = ${catalogItemId}`.execute(db);
  const pictures = rows.map(({ imageId }) => ({ catalogItemId, imageId, model, words }));
  await db.transaction().execute((trx) => insertWords(trx, organizationId, pictures));
}

const idOf = (uuid: string) => encodeId('catalogItem', uuid);
const update = (uuid: string, input: Record<string, unknown>) => catalog.update({ id: idOf(uuid), ...input });

test('whatever changes, a worker knows the same words as one that has just started', async () => {
  const ids: string[] = [];
  const pick = () => ids[random(ids.length)]!;
  const create = async () => void ids.push(await createActive({ tags: ['IT', 'DE'].slice(random(2)) }));
  for (let count = 0; count < 4; count++) await create();
  const scopes = [everything(), { ...everything(), tags: ['IT'] }];
  const changes = [
    create,
    () => read(pick(), 'Tea', `Blend ${random(100)}`),
    () => update(pick(), { words: [`Given ${random(100)}`] }),
    () => update(pick(), { words: null }),
    () => update(pick(), { tags: [['IT'], ['DE'], []][random(3)] }),
    () => catalog.archive([idOf(pick())]),
  ];
  let known = 0;
  for (let step = 0; step < 40; step++) {
    for (let count = random(3); count >= 0; count--) await changes[random(changes.length)]!();
    const fresh = new ItemWords(db, model);
    for (const scope of scopes) {
      const [kept, all] = [await worker.get(scope), await fresh.get(scope)];
      known += all.count;
      expect(kept.count).toBe(all.count);
      for (const id of ids) expect(kept.of(id)).toEqual(all.of(id));
    }
  }
  expect(known).toBeGreaterThan(0);
});

test('after a change of one item, only its words are read', async () => {
  const id = await createActive();
  await sql`
    insert into catalog_item (id, organization_id, status, name, words)
    select gen_random_uuid(), ${organizationId}, 'ACTIVE', 'Item', '{tea}' from generate_series(1, 5000)`.execute(db);
  await sql`delete from catalog_item_change`.execute(db);
  await sightline.database.pool.query('vacuum analyze catalog_item, catalog_words, catalog_item_change');
  const { db: explained, pagesOf } = explainQueries(sightline.database);
  const observed = new ItemWords(explained, model);
  const first = await pagesOf(() => observed.get(everything()));
  await read(id, 'Coffee');
  const next = await pagesOf(() => observed.get(everything()));
  expect((await observed.get(everything())).of(id)).toEqual({ words: ['coffee'], areGiven: false });
  expect(first).toBeGreaterThan(80);
  expect(next).toBeLessThan(50);
});
