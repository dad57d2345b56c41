import { type Kysely, sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bumpCatalogRevision } from '../../../src/catalog/catalog.repository.ts';
import { finishItemIndexing, getForIndexing } from '../../../src/catalog/indexing.repository.ts';
import {
  findMatrixVersion,
  listChangedItems,
  removeOldItemChanges,
} from '../../../src/catalog/item-matrix.repository.ts';
import type { DB } from '../../../src/database/types.generated.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import { ItemMatrices } from '../../../workers/item-matrices.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { explainQueries } from '../../support/query-plans.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { catalogClient } from './client.ts';

/** A worker that has the items of a task in memory, while others change them. */
let sightline: TestSightline;
let db: Kysely<DB>;
let organizationId: string;
let catalog: ReturnType<typeof catalogClient>;
let worker: ItemMatrices;

beforeAll(async () => {
  sightline = await startTestSightline();
  db = sightline.database.db;
});
afterAll(() => sightline?.close());
beforeEach(async () => {
  const tenant = await sightline.createTenant();
  organizationId = tenant.organizationId;
  catalog = catalogClient(sightline, tenant.apiKey);
  worker = new ItemMatrices(db);
});

const models = { embedder: 'embedder@1', verifier: 'verifier@1' };
const everything = () => ({ organizationId, taskId: newId(), allCatalogItems: true });
const random = (count: number) => Math.floor(Math.random() * count);

/** What a worker does at the end of an item's job. */
async function index(trx: Transaction<DB>, catalogItemId: string, how: { value?: number; features?: boolean } = {}) {
  const { revision } = await trx
    .selectFrom('catalog_item')
    .select('revision')
    .where('id', '=', catalogItemId)
    .executeTakeFirstOrThrow();
  const job = { organizationId, catalogItemId, revision };
  const pictures = await getForIndexing(trx, job);
  await finishItemIndexing(trx, {
    ...job,
    failure: null,
    embeddings: pictures.map(({ imageId }) => ({
      imageId,
      model: models.embedder,
      embedding: Float32Array.of(how.value ?? 1, random(100), random(100)),
    })),
    features: how.features
      ? pictures.map(({ imageId }) => ({ imageId, model: models.verifier, features: Buffer.from('views') }))
      : [],
  });
}

async function createIndexed(tags: string[] = []): Promise<string> {
  const { id } = await catalog.create({ tags });
  const uuid = decodeId('catalogItem', id)!;
  await db.transaction().execute((trx) => index(trx, uuid));
  return id;
}

/** A new embedding of an item, as a newer engine would make it, without the notice that the items have changed. */
function embedAgain(trx: Transaction<DB>, id: string, value: number) {
  return sql`
    update catalog_embedding set embedding = ${Buffer.from(Float32Array.of(value, 0, 0).buffer)}
    where catalog_item_id = ${decodeId('catalogItem', id)}`.execute(trx);
}

const rowsOf = async () => {
  const { matrix } = await worker.get(everything(), models);
  return matrix.itemIds.map((_, index) => matrix.data[index * matrix.dims]);
};

test('what others change is used by the next analysis, and what they archive is not', async () => {
  const ids = [await createIndexed(), await createIndexed(), await createIndexed()];
  expect((await worker.get(everything(), models)).matrix.itemIds).toHaveLength(3);
  await db.transaction().execute(async (trx) => {
    await embedAgain(trx, ids[1]!, 7);
    await bumpCatalogRevision(trx, organizationId);
  });
  expect((await rowsOf()).filter((value) => value === 1)).toHaveLength(1);
  await catalog.archive([ids[0]!]);
  const { matrix } = await worker.get(everything(), models);
  expect(matrix.itemIds).toEqual([ids[1]!, ids[2]!].map((id) => decodeId('catalogItem', id)).sort());
});

test('a transaction that began before a reading and ends after it is not missed', async () => {
  const [slow, fast] = [await createIndexed(), await createIndexed()];
  const { promise: release, resolve: finish } = Promise.withResolvers<void>();
  const { promise: written, resolve: hasWritten } = Promise.withResolvers<void>();
  await worker.get(everything(), models);
  const slowly = db.transaction().execute(async (trx) => {
    await embedAgain(trx, slow, 20);
    hasWritten();
    await release;
    await bumpCatalogRevision(trx, organizationId);
  });
  await written;
  await db.transaction().execute(async (trx) => {
    await embedAgain(trx, fast, 10);
    await bumpCatalogRevision(trx, organizationId);
  });
  const before = await worker.get(everything(), models);
  finish();
  await slowly;
  const after = await worker.get(everything(), models);
  const fresh = await new ItemMatrices(db).get(everything(), models);
  expect(after.matrix).toEqual({ ...fresh.matrix });
  expect(after.matrix.data).not.toEqual(before.matrix.data);
});

test('whatever changes, a worker knows the same items as one that has just started', async () => {
  const created: string[] = [];
  const pick = () => created[random(created.length)]!;
  const create = async () => void created.push(await createIndexed(['IT', 'DE'].slice(random(2))));
  for (let count = 0; count < 4; count++) await create();
  const { createTask } = await catalog.run(
    'mutation ($ids: [ID!]) { createTask(input: { name: "t", catalogItemIds: $ids }) { ... on Task { id } } }',
    { ids: created.slice(0, 3) },
  );
  const taskId = decodeId('task', createTask.id)!;
  const scopes = [everything(), { ...everything(), tags: ['IT'] }, { organizationId, taskId, allCatalogItems: false }];
  const changes = [
    create,
    async () => void (await catalog.create()),
    () => catalog.archive([pick()]),
    () => catalog.update({ id: pick(), tags: [['IT'], ['DE'], []][random(3)] }),
    () => catalog.update({ id: pick(), name: 'Another name' }),
    async () => catalog.update({ id: pick(), thumbnail: { base64: await pictureBase64({ colour: '#123' }) } }),
    () => db.transaction().execute((trx) => index(trx, decodeId('catalogItem', pick())!, { features: true })),
    () =>
      db.transaction().execute(async (trx) => {
        await embedAgain(trx, pick(), random(100));
        await bumpCatalogRevision(trx, organizationId);
      }),
    () =>
      db.transaction().execute(async (trx) => {
        await sql`delete from catalog_features where catalog_item_id = ${decodeId('catalogItem', pick())}`.execute(trx);
        await bumpCatalogRevision(trx, organizationId);
      }),
    () =>
      catalog.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ... on Task { id } } }', {
        input: { id: createTask.id, addCatalogItemIds: [pick()] },
      }),
  ];
  for (let step = 0; step < 40; step++) {
    for (let count = random(3); count >= 0; count--) await changes[random(changes.length)]!();
    const fresh = new ItemMatrices(db);
    for (const scope of scopes) expect(await worker.get(scope, models)).toEqual(await fresh.get(scope, models));
  }
});

test('after a change of one item, only that one is read', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) ids.push(await createIndexed());
  await sql`
    with made as (
      insert into catalog_item (id, organization_id, status, name)
      select gen_random_uuid(), ${organizationId}, 'ACTIVE', 'Item' from generate_series(1, 5000) returning id
    ), pictures as (
      insert into catalog_image (catalog_item_id, image_id, organization_id, position)
      select made.id, (select image_id from catalog_image where catalog_item_id = ${decodeId('catalogItem', ids[0]!)}), ${organizationId}, 0
      from made returning catalog_item_id, image_id
    )
    insert into catalog_embedding (organization_id, catalog_item_id, image_id, model, embedding)
    select ${organizationId}, catalog_item_id, image_id, ${models.embedder}, ${Buffer.from(new Float32Array(256).fill(0.1).buffer)}
    from pictures`.execute(db);
  await sql`delete from catalog_embedding where catalog_item_id = any(${ids.map((id) => decodeId('catalogItem', id))}::uuid[])`.execute(
    db,
  );
  await sightline.database.pool.query(
    'vacuum analyze catalog_item, catalog_image, catalog_embedding, catalog_features, catalog_item_change',
  );
  const { db: explained, pagesOf } = explainQueries(sightline.database);
  const observed = new ItemMatrices(explained);
  const get = () => observed.get(everything(), models);
  const first = await pagesOf(get);
  await catalog.archive([ids[0]!]);
  const next = await pagesOf(get);
  expect(first).toBeGreaterThan(500);
  expect(next).toBeLessThan(100);
});

test('which items changed is forgotten after a day', async () => {
  const { horizon } = await findMatrixVersion(db, everything());
  const id = decodeId('catalogItem', await createIndexed())!;
  await removeOldItemChanges(db);
  expect(await listChangedItems(db, organizationId, horizon)).toEqual([id]);
  await sql`update catalog_item_change set changed_at = now() - interval '25 hours' where catalog_item_id = ${id}`.execute(
    db,
  );
  await removeOldItemChanges(db);
  expect(await listChangedItems(db, organizationId, horizon)).toEqual([]);
});
