import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishItemIndexing, getForIndexing } from '../../../src/catalog/indexing.repository.ts';
import { addMissedItemJobs } from '../../../src/catalog/missed-items.repository.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import { ItemMatrices } from '../../../workers/item-matrices.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { catalogClient } from './client.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline.close());

test('an item that a new model has not seen is counted as not looked for, and embedded without ceasing to be ACTIVE', async () => {
  const { db } = sightline.database;
  const { organizationId, apiKey } = await sightline.createTenant();
  const catalog = catalogClient(sightline, apiKey);
  const { id } = await catalog.create();
  const job = { organizationId, catalogItemId: decodeId('catalogItem', id)!, revision: 1 };
  const embedBy = async (model: string) => {
    const pictures = await getForIndexing(db, job);
    const embeddings = pictures.map(({ imageId }) => ({ imageId, model, embedding: new Float32Array([1, 0]) }));
    return db
      .transaction()
      .execute((trx) => finishItemIndexing(trx, { ...job, failure: null, embeddings, features: [] }));
  };
  const countEvents = async () =>
    (await db.selectFrom('event').select('id').where('entity_id', '=', job.catalogItemId).execute()).length;
  const matrices = new ItemMatrices(db);
  const scope = { organizationId, taskId: newId(), allCatalogItems: true };

  await embedBy('old@1');
  expect(await addMissedItemJobs(db, { embedders: ['old@1'], verifiers: [] }, { most: 10 })).toBe(0);
  expect(await matrices.get(scope, { embedder: 'new@1', verifier: null })).toMatchObject({
    inactiveItemCount: 1,
    matrix: { itemIds: [] },
  });
  expect(await addMissedItemJobs(db, { embedders: ['old@1', 'new@1'], verifiers: [] }, { most: 10 })).toBe(1);

  const events = await countEvents();
  expect(await embedBy('new@1')).toBe(true);
  expect(await catalog.get(id)).toMatchObject({ status: 'ACTIVE' });
  expect(await countEvents()).toBe(events);
  expect(await matrices.get(scope, { embedder: 'new@1', verifier: null })).toMatchObject({
    inactiveItemCount: 0,
    matrix: { itemIds: [job.catalogItemId] },
  });
  expect(await matrices.get(scope, { embedder: 'old@1', verifier: null })).toMatchObject({ inactiveItemCount: 0 });
  expect(await addMissedItemJobs(db, { embedders: ['old@1', 'new@1'], verifiers: [] }, { most: 10 })).toBe(0);
});
