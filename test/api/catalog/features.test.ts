import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishItemIndexing, getForIndexing, type IndexingOutcome } from '../../../src/catalog/indexing.repository.ts';
import { addMissedItemJobs } from '../../../src/catalog/missed-items.repository.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import { StoredItemFeatures } from '../../../workers/item-features.ts';
import { ItemMatrices } from '../../../workers/item-matrices.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { catalogClient } from './client.ts';

/** Local features of catalogue pictures from the end of an indexing job to an engine that asks for them. */
let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline.close());

const embedder = 'embedder@1';
const verifier = 'verifier@1';

/** A tenant with an item of two pictures that is ACTIVE once `index` was called. */
async function createOwner() {
  const { db } = sightline.database;
  const { organizationId, apiKey } = await sightline.createTenant();
  const catalog = catalogClient(sightline, apiKey);
  const item = await catalog.create({ referenceImages: [{ base64: await pictureBase64({ colour: '#234' }) }] });
  const itemId = decodeId('catalogItem', item.id)!;
  const job = { organizationId, catalogItemId: itemId, revision: 1 };
  const pictures = await getForIndexing(db, job);
  const pictureIds = pictures.map(({ imageId }) => imageId);
  const finish = (made: Partial<IndexingOutcome>) =>
    db
      .transaction()
      .execute((trx) => finishItemIndexing(trx, { ...job, failure: null, embeddings: [], features: [], ...made }));
  return {
    organizationId,
    catalog,
    item,
    wanted: pictureIds.map((pictureId) => ({ itemId, pictureId })),
    pictureIds,
    embed: () =>
      finish({
        embeddings: pictureIds.map((imageId) => ({ imageId, model: embedder, embedding: new Float32Array([1, 0]) })),
      }),
    verify: (text: string, count = pictureIds.length) =>
      finish({
        features: pictureIds
          .slice(0, count)
          .map((imageId, index) => ({ imageId, model: verifier, features: Buffer.from(`${text} ${index}`) })),
      }),
    scope: { organizationId, taskId: newId(), allCatalogItems: true },
  };
}

const texts = (found: readonly { features: Uint8Array }[]) =>
  found.map(({ features }) => Buffer.from(features).toString()).sort();

test('an item that was indexed before there was a verifier is known by its appearance, counted, and described later', async () => {
  const { db } = sightline.database;
  const { catalog, item, embed, verify, pictureIds, scope } = await createOwner();
  const matrices = new ItemMatrices(db);
  const without = { embedder, verifier: null };
  const models = { embedder, verifier };
  const missed = (verifiers: string[]) => addMissedItemJobs(db, { embedders: [embedder], verifiers }, { most: 10 });
  await embed();
  expect(await missed([])).toBe(0);
  expect(await missed([verifier])).toBe(1);
  const twins = await Promise.all([matrices.get(scope, without), matrices.get(scope, without)]);
  expect(twins[0]).toMatchObject({ inactiveItemCount: 0 });
  expect(twins[1]!.matrix).toBe(twins[0]!.matrix);
  expect(await matrices.get(scope, models)).toMatchObject({ inactiveItemCount: 1, matrix: { pictureIds: [[]] } });

  expect(await verify('a')).toBe(true);
  expect(await verify('a')).toBe(false);
  expect(await catalog.get(item.id)).toMatchObject({ status: 'ACTIVE' });
  expect(await missed([verifier])).toBe(0);
  expect(await missed(['verifier@2'])).toBe(1);
  expect(await matrices.get(scope, models)).toMatchObject({
    inactiveItemCount: 0,
    matrix: { pictureIds: [pictureIds] },
  });
  expect(await matrices.get(scope, without)).toMatchObject({ matrix: { pictureIds: [[]] } });
});

test('features are found by organisation, model, item and picture, and by no other combination', async () => {
  const { db } = sightline.database;
  const [mine, theirs] = [await createOwner(), await createOwner()];
  for (const [owner, text] of [
    [mine, 'mine'],
    [theirs, 'theirs'],
  ] as const) {
    await owner.embed();
    await owner.verify(text);
  }
  const features = new StoredItemFeatures(db);
  const find = (owner: typeof mine, wanted: typeof mine.wanted, model = verifier) =>
    features.find(owner.organizationId, model, wanted);
  expect(texts(await find(mine, mine.wanted))).toEqual(['mine 0', 'mine 1']);
  // A second time from memory, together with what is asked for the first time.
  expect(texts(await find(mine, mine.wanted))).toEqual(['mine 0', 'mine 1']);
  expect(await find(theirs, mine.wanted)).toEqual([]);
  expect(texts(await find(theirs, [...mine.wanted, ...theirs.wanted]))).toEqual(['theirs 0', 'theirs 1']);
  expect(await find(mine, theirs.wanted)).toEqual([]);
  expect(await find(mine, mine.wanted, 'verifier@2')).toEqual([]);
  const mixed = [{ itemId: mine.wanted[0]!.itemId, pictureId: theirs.wanted[0]!.pictureId }];
  expect(await find(mine, mixed)).toEqual([]);
});

test('the database itself takes no features of a picture for another organisation', async () => {
  const { db } = sightline.database;
  const [mine, theirs] = [await createOwner(), await createOwner()];
  const { itemId, pictureId } = theirs.wanted[0]!;
  const insert = (organizationId: string) =>
    sql`insert into catalog_features (organization_id, catalog_item_id, image_id, model, features)
      values (${organizationId}, ${itemId}, ${pictureId}, ${verifier}, ${Buffer.from('x')})`.execute(db);
  await expect(insert(mine.organizationId)).rejects.toThrow(/violates foreign key constraint/);
  await insert(theirs.organizationId);
});

test('features go with their picture', async () => {
  const { db } = sightline.database;
  const { catalog, item, embed, verify, organizationId } = await createOwner();
  await embed();
  await verify('a');
  const count = async () =>
    (await db.selectFrom('catalog_features').select('image_id').where('organization_id', '=', organizationId).execute())
      .length;
  expect(await count()).toBe(2);
  await catalog.update({ id: item.id, removeReferenceImages: [item.referenceImages[0].id] });
  expect(await count()).toBe(1);
});
