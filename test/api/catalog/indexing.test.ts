import type { JobHelpers } from 'graphile-worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishItemIndexing, getForIndexing } from '../../../src/catalog/indexing.repository.ts';
import { findMatrixVersion, loadMatrixItems } from '../../../src/catalog/item-matrix.repository.ts';
import { decodeId, newId } from '../../../src/ids.ts';
import type { Failure } from '../../../src/shared/failure.ts';
import { indexCatalogItemHandler } from '../../../workers/jobs/index-catalog-item.ts';
import type { WorkerResources } from '../../../workers/resources.ts';
import { StoredPictures } from '../../../workers/stored-pictures.ts';
import { connect } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { catalogClient } from './client.ts';

let sightline: TestSightline;
let organizationId: string;
let apiKey: string;
let catalog: ReturnType<typeof catalogClient>;

beforeAll(async () => {
  sightline = await startTestSightline();
  ({ organizationId, apiKey } = await sightline.createTenant());
  catalog = catalogClient(sightline, apiKey);
});
afterAll(() => sightline.close());

const model = 'embedder@1';
const models = { embedder: model, verifier: null };
const failure: Failure = { code: 'INVALID_IMAGE', message: 'Cut off.', retryable: false };

/** What a worker does at the end of a job, with a vector of the given numbers for each picture. */
async function index(itemId: string, revision: number, options: { failure?: Failure; values?: number[] } = {}) {
  const { db } = sightline.database;
  const job = { organizationId, catalogItemId: decodeId('catalogItem', itemId)!, revision };
  const pictures = await getForIndexing(db, job);
  const embeddings = pictures.map(({ imageId, position }) => ({
    imageId,
    model,
    embedding: new Float32Array([position!, ...(options.values ?? [])]),
  }));
  return db
    .transaction()
    .execute((trx) => finishItemIndexing(trx, { ...job, failure: options.failure ?? null, embeddings, features: [] }));
}

const everything = () => ({ organizationId, taskId: newId(), allCatalogItems: true });

describe('the end of indexing', () => {
  test('makes an item ACTIVE, or FAILED with the reason', async () => {
    const [good, bad] = [await catalog.create(), await catalog.create()];
    expect(await index(good.id, 1)).toBe(true);
    expect(await index(bad.id, 1, { failure })).toBe(true);
    expect(await catalog.get(good.id)).toMatchObject({ status: 'ACTIVE', failure: null });
    expect(await catalog.get(bad.id)).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INVALID_IMAGE', message: 'Cut off.' },
    });
  });

  test('changes nothing when the pictures have changed since, or the item was archived', async () => {
    const item = await catalog.create();
    await catalog.update({ id: item.id, addReferenceImages: [{ base64: await pictureBase64() }] });
    expect(await index(item.id, 1)).toBe(false);
    expect(await catalog.get(item.id)).toMatchObject({ status: 'INDEXING' });
    expect(await index(item.id, 2)).toBe(true);
    expect(await index(item.id, 2, { failure })).toBe(false);
    const gone = await catalog.create();
    await catalog.archive([gone.id]);
    expect(await index(gone.id, 1)).toBe(false);
    expect(await catalog.get(gone.id)).toMatchObject({ status: 'ARCHIVED' });
  });
});

describe('the job of an item', () => {
  const busy = { ok: false, attempts: 1, failure: { code: 'INTERNAL', message: 'No memory.', retryable: true } };
  const run = (itemId: string, attempts: number) => {
    const resources = {
      ...sightline.database,
      blobs: { localFile: async () => '/there', has: async () => true },
      engines: { describe: async () => busy },
      hints: { eventsWritten: () => {} },
      pipelines: [{ key: 'shelf@1', name: 'shelf', version: '1', embedderVersion: model, verifierVersion: null }],
    } as unknown as WorkerResources;
    const handle = indexCatalogItemHandler(resources, new StoredPictures(resources));
    return handle({ organizationId, catalogItemId: decodeId('catalogItem', itemId)!, revision: 1 }, {
      job: { attempts },
    } as JobHelpers);
  };

  test('is tried again when an engine fails for a reason of its own, and gives up in the end', async () => {
    const item = await catalog.create();
    await expect(run(item.id, 1)).rejects.toThrow('No memory.');
    expect(await catalog.get(item.id)).toMatchObject({ status: 'INDEXING' });
    await run(item.id, 5);
    expect(await catalog.get(item.id)).toMatchObject({ status: 'FAILED', failure: { code: 'INTERNAL' } });
  });
});

describe('the matrix of items', () => {
  test('has the active items with one row a picture, and another version after each change', async () => {
    const { db } = sightline.database;
    const scope = everything();
    const versions = new Set<string>();
    const remember = async () => {
      const { version, inactiveItemCount } = await findMatrixVersion(db, scope);
      expect(versions.has(version)).toBe(false);
      versions.add(version);
      return inactiveItemCount;
    };
    const inactive = await remember();
    const item = await catalog.create({ referenceImages: [{ base64: await pictureBase64({ colour: '#111' }) }] });
    const id = decodeId('catalogItem', item.id)!;
    expect((await findMatrixVersion(db, scope)).inactiveItemCount).toBe(inactive + 1);
    await index(item.id, 1, { values: [0.5, -1] });
    expect(await remember()).toBe(inactive);
    const rows = await loadMatrixItems(db, scope, models);
    expect(rows.find((row) => row.catalogItemId === id)?.embeddings).toEqual([
      new Float32Array([0, 0.5, -1]),
      new Float32Array([1, 0.5, -1]),
    ]);
    const other = await loadMatrixItems(db, scope, { ...models, embedder: 'embedder@2' });
    expect(other.flatMap(({ embeddings, taught }) => [...embeddings, ...taught])).toEqual([]);
    await catalog.update({ id: item.id, removeReferenceImages: [item.referenceImages[0].id] });
    expect(await remember()).toBe(inactive + 1);
    await index(item.id, 2);
    await remember();
    await catalog.archive([item.id]);
    expect(await remember()).toBe(inactive);
    expect((await loadMatrixItems(db, scope, models)).some((row) => row.catalogItemId === id)).toBe(false);
  });

  test("has only a task's items, and another version when its list changes", async () => {
    const { db } = sightline.database;
    const [listed, unlisted] = [await catalog.create(), await catalog.create()];
    await index(listed.id, 1);
    await index(unlisted.id, 1);
    const { createTask } = await catalog.run(
      'mutation ($ids: [ID!]) { createTask(input: { name: "t", catalogItemIds: $ids }) { ... on Task { id } } }',
      { ids: [listed.id] },
    );
    const taskId = decodeId('task', createTask.id)!;
    const scope = { organizationId, taskId, allCatalogItems: false };
    const itemsOf = async () => (await loadMatrixItems(db, scope, models)).map((row) => row.catalogItemId);
    const before = await findMatrixVersion(db, scope);
    expect(await itemsOf()).toEqual([decodeId('catalogItem', listed.id)]);
    expect(before.inactiveItemCount).toBe(0);
    await catalog.run('mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ... on Task { id } } }', {
      input: { id: createTask.id, addCatalogItemIds: [unlisted.id] },
    });
    expect((await findMatrixVersion(db, scope)).version).not.toBe(before.version);
    expect(await itemsOf()).toHaveLength(2);
  });

  test('has only items with one of the tags asked for, and another version when the tags of one change', async () => {
    const { db } = sightline.database;
    const tagged = async (tags: string[]) => {
      const item = await catalog.create({ tags });
      await index(item.id, 1);
      return { id: item.id, uuid: decodeId('catalogItem', item.id)! };
    };
    const [italian, both, plain] = [await tagged(['IT']), await tagged(['DE', 'IT']), await tagged([])];
    const itemsOf = async (...tags: string[]) =>
      (await loadMatrixItems(db, { ...everything(), tags }, models)).map((row) => row.catalogItemId).sort();
    expect(await itemsOf('IT')).toEqual([italian.uuid, both.uuid].sort());
    expect(await itemsOf('DE', 'FR')).toEqual([both.uuid]);
    expect(await itemsOf('"FR"')).toEqual([]);
    const before = await findMatrixVersion(db, { ...everything(), tags: ['FR'] });
    await catalog.update({ id: plain.id, tags: ['FR'] });
    expect((await findMatrixVersion(db, { ...everything(), tags: ['FR'] })).version).not.toBe(before.version);
    expect(await itemsOf('FR')).toEqual([plain.uuid]);
    await catalog.create({ tags: ['FR'] });
    expect((await findMatrixVersion(db, { ...everything(), tags: ['FR'] })).inactiveItemCount).toBe(1);
    expect((await findMatrixVersion(db, { ...everything(), tags: ['XX'] })).inactiveItemCount).toBe(0);
  });
});

describe('catalogItemEvents', () => {
  test('tell of listed items from their present state until none is INDEXING', async () => {
    const item = await catalog.create({ name: 'Streamed' });
    const client = connect(sightline.url, { apiKey });
    const events = client.iterate<{ catalogItemEvents: Record<string, unknown> }>({
      query: /* GraphQL */ `
        subscription ($ids: [ID!]) {
          catalogItemEvents(ids: $ids) {
            ... on CatalogItemChanged { cursor at catalogItemId status catalogItem { status name thumbnail { id } } }
          }
        }
      `,
      variables: { ids: [item.id] },
    });
    const { value: first } = await events.next();
    expect(first?.data?.catalogItemEvents).toMatchObject({ catalogItemId: item.id, status: 'INDEXING' });
    await catalog.update({ id: item.id, name: 'Renamed' });
    const { value: second } = await events.next();
    expect(second?.data?.catalogItemEvents).toMatchObject({ status: 'INDEXING', catalogItem: { name: 'Renamed' } });
    await index(item.id, 1);
    const { value: third } = await events.next();
    expect(third?.data?.catalogItemEvents).toMatchObject({
      status: 'ACTIVE',
      catalogItem: { status: 'ACTIVE', thumbnail: { id: item.thumbnail.id } },
    });
    expect((await events.next()).done).toBe(true);
    await client.dispose();
  });
});
