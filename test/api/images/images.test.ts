import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import type { RenderJob } from '../../../workers/engines/protocol/jobs.ts';
import { renderImageHandler } from '../../../workers/jobs/render-image.ts';
import type { WorkerResources } from '../../../workers/resources.ts';
import { StoredPictures } from '../../../workers/stored-pictures.ts';
import { connect, request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

let sightline: TestSightline;

beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline.close());

async function run(query: string, variables: Record<string, unknown> = {}, apiKey = sightline.apiKey) {
  const { body } = await request(sightline.url, { query, variables, apiKey });
  expect(body.errors).toBeUndefined();
  return body.data;
}

async function refused(query: string, variables: Record<string, unknown> = {}) {
  const { body } = await request(sightline.url, { query, variables, apiKey: sightline.apiKey });
  return body.errors[0];
}

async function store(images: Record<string, unknown>[], apiKey = sightline.apiKey): Promise<string[]> {
  const base64 = await pictureBase64();
  const { uploadImages } = await run(
    'mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { id } } } }',
    { images: images.map((image) => ({ source: { base64 }, index: false, ...image })) },
    apiKey,
  );
  return uploadImages.results.map((image: { id: string }) => image.id);
}

const listImages = /* GraphQL */ `
  query ($first: Int, $after: String, $filter: ImageFilter) {
    images(first: $first, after: $after, filter: $filter) {
      edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
`;

async function idsOf(filter: Record<string, unknown>): Promise<string[]> {
  const { images } = await run(listImages, { filter });
  return images.edges.map((edge: { node: { id: string } }) => edge.node.id);
}

/** An analysis of an image that found an item, as a worker leaves it. */
async function insertAnalysis(imageId: string, itemId: string): Promise<void> {
  const { pool } = sightline.database;
  const { rows } = await pool.query('select organization_id, id from image where id = $1', [imageId]);
  const organizationId = rows[0].organization_id;
  const [taskId, analysisId] = [newId(), newId()];
  await pool.query(
    "insert into task (id, organization_id, name, type, pipeline, all_catalog_items) values ($1, $2, 't', 'DETECTION', 'shelf', true)",
    [taskId, organizationId],
  );
  await pool.query(
    "insert into analysis (id, organization_id, task_id, image_id, status, priority, pipeline, finished_at) values ($1, $2, $3, $4, 'SUCCEEDED', 0, 'shelf-fast@2', now())",
    [analysisId, organizationId, taskId, imageId],
  );
  await pool.query('insert into analysis_item values ($1, $2, $3, 1, 1, 1)', [analysisId, itemId, organizationId]);
}

describe('images', () => {
  test('pages newest first without a gap or a repeat while images come', async () => {
    const { apiKey } = await sightline.createTenant();
    const stored = (
      await store(
        Array.from({ length: 7 }, () => ({})),
        apiKey,
      )
    ).reverse();
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      const { images } = await run(listImages, { first: 3, after }, apiKey);
      seen.push(...images.edges.map((edge: { node: { id: string } }) => edge.node.id));
      expect(images.pageInfo.hasNextPage).toBe(page < 2);
      expect(images.pageInfo.hasPreviousPage).toBe(page > 0);
      expect(images.totalCount).toBe(7 + page);
      after = images.pageInfo.endCursor;
      await store([{}], apiKey);
    }
    expect(seen).toEqual(stored);
  });

  test('narrows by everything that the filter has', async () => {
    const [plain, told, other] = await store([
      {},
      { externalId: 'x', placeId: 'p', metadata: { a: 'one', n: 12, b: true }, recordedAt: '2020-01-02T00:00:00Z' },
      { externalId: 'y', metadata: { a: 'one', n: 13 } },
    ]);
    expect(await idsOf({ ids: [plain, told, 'nonsense'] })).toEqual([told, plain]);
    expect(await idsOf({ ids: [] })).toEqual([]);
    expect(await idsOf({ externalId: 'x' })).toEqual([told]);
    expect(await idsOf({ placeId: 'p' })).toEqual([told]);
    expect(await idsOf({ recordedAt: { from: '2020-01-02T00:00:00Z', to: '2020-01-02T00:00:00.001Z' } })).toEqual([
      told,
    ]);
    expect(await idsOf({ recordedAt: { to: '2020-01-02T00:00:00Z' } })).toEqual([]);
    expect(await idsOf({ metadata: [{ key: 'a', value: 'one' }] })).toEqual([other, told]);
    const both = [
      { key: 'a', value: 'one' },
      { key: 'n', value: '12' },
      { key: 'b', value: 'true' },
    ];
    expect(await idsOf({ metadata: both })).toEqual([told]);
    const [composed, decomposed] = ['Größe é'.normalize('NFC'), 'Größe é'.normalize('NFD')];
    const accented = (await store([{ metadata: { ort: composed } }, { metadata: { ort: decomposed } }])).reverse();
    for (const value of [composed, decomposed])
      expect(await idsOf({ metadata: [{ key: 'ort', value }] })).toEqual(accented);
    expect(await idsOf({ indexingStatus: 'INDEXED' })).toEqual([]);
    const { images } = await run(listImages, { filter: { externalId: 'y' } });
    expect(images.totalCount).toBe(1);
  });

  test('finds the images on which an item was found', async () => {
    const [image] = await store([{}]);
    const itemId = newId();
    const { rows } = await sightline.database.pool.query('select id from image order by id desc limit 1');
    await insertAnalysis(rows[0].id, itemId);
    expect(await idsOf({ containsCatalogItemId: encodeId('catalogItem', itemId) })).toEqual([image]);
    expect(await idsOf({ containsCatalogItemId: encodeId('catalogItem', newId()) })).toEqual([]);
    expect(await idsOf({ containsCatalogItemId: 'nonsense' })).toEqual([]);
  });

  test('refuses pages that are too large, and cursors of elsewhere', async () => {
    for (const first of [0, -1, 101, 1_000_000])
      expect((await refused(listImages, { first })).extensions.code).toBe('BAD_USER_INPUT');
    const { tasks } = await run('{ tasks { pageInfo { endCursor } } }');
    for (const after of ['nonsense', tasks.pageInfo.endCursor, ''])
      if (after !== null) expect((await refused(listImages, { after })).extensions.code).toBe('BAD_USER_INPUT');
    expect((await run(listImages, { first: 100 })).images.edges.length).toBeGreaterThan(0);
  });
});

describe('node and nodes', () => {
  test('answer in the order asked for, with null for what is not there or not ours', async () => {
    const [mine] = await store([{}]);
    const other = await sightline.createTenant();
    const [theirs] = await store([{}], other.apiKey);
    const ids = [theirs, mine, 'nonsense', encodeId('image', newId()), 'img_', mine];
    const { nodes } = await run('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(nodes).toEqual([
      null,
      { __typename: 'Image', id: mine },
      null,
      null,
      null,
      { __typename: 'Image', id: mine },
    ]);
    const { node } = await run('query ($id: ID!) { node(id: $id) { ... on Image { status } } }', { id: mine });
    expect(node).toEqual({ status: 'READY' });
  });

  test('takes at most 100 ids', async () => {
    const ids = Array.from({ length: 101 }, () => encodeId('image', newId()));
    const error = await refused('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
  });
});

const deleteImages = /* GraphQL */ `
  mutation ($ids: [ID!]!) {
    deleteImages(ids: $ids) {
      results { __typename ... on DeletedImage { id analysesKept } ... on UserError { code } }
    }
  }
`;

describe('deleteImages', () => {
  async function blobOf(id: string): Promise<string> {
    const { node } = await run('query ($id: ID!) { node(id: $id) { ... on Image { sha256 } } }', { id });
    const { viewer } = await run('{ viewer { organization { id } } }');
    const { rows } = await sightline.database.pool.query('select id from organization order by id limit 1');
    expect(viewer.organization.id).toBe(encodeId('organization', rows[0].id));
    return join(sightline.dataDir, 'blobs', rows[0].id, node.sha256.slice(0, 2), node.sha256);
  }

  test('removes the bytes with the last image that used them, and keeps analyses', async () => {
    const base64 = await pictureBase64({ colour: '#0a0' });
    const [first, second] = await store([{ source: { base64 } }, { source: { base64 } }]);
    const file = await blobOf(first!);
    const { rows } = await sightline.database.pool.query('select id from image order by id desc limit 1');
    await insertAnalysis(rows[0].id, newId());
    const one = await run(deleteImages, { ids: [first] });
    expect(one.deleteImages.results).toEqual([{ __typename: 'DeletedImage', id: first, analysesKept: 0 }]);
    expect((await stat(file)).size).toBeGreaterThan(0);
    const two = await run(deleteImages, { ids: [second, second, 'nonsense'] });
    expect(two.deleteImages.results).toEqual([
      { __typename: 'DeletedImage', id: second, analysesKept: 1 },
      { __typename: 'NotFoundError', code: 'NOT_FOUND' },
      { __typename: 'NotFoundError', code: 'NOT_FOUND' },
    ]);
    await expect(stat(file)).rejects.toThrow('ENOENT');
    const [again] = await store([{ source: { base64 } }]);
    expect((await stat(await blobOf(again!))).size).toBeGreaterThan(0);
  });

  test('keeps the bytes of whoever stores the same picture at the same moment', async () => {
    const base64 = await pictureBase64({ colour: '#0b0' });
    for (let round = 0; round < 10; round += 1) {
      const [old] = await store([{ source: { base64 } }]);
      const [, [fresh]] = await Promise.all([run(deleteImages, { ids: [old] }), store([{ source: { base64 } }])]);
      expect((await stat(await blobOf(fresh!))).size).toBeGreaterThan(0);
      await run(deleteImages, { ids: [fresh] });
    }
  });

  test('leaves nothing of a picture that an engine is making smaller at that moment', async () => {
    const [image] = await store([{ source: { base64: await pictureBase64({ colour: '#0c0', width: 400 }) } }]);
    const file = await blobOf(image!);
    const { db } = sightline.database;
    const { organization_id: organizationId } = await db
      .selectFrom('image')
      .select('organization_id')
      .where('id', '=', decodeId('image', image!)!)
      .executeTakeFirstOrThrow();
    const render = async ({ renditions }: RenderJob) => {
      for (const { target } of renditions) await writeFile(target, 'a smaller picture');
      await run(deleteImages, { ids: [image] });
      return { ok: true };
    };
    const blobs = await openDirectoryStore(join(sightline.dataDir, 'blobs'));
    const hints = { picturesMade: () => undefined };
    const resources = { db, blobs, hints, engines: { render } } as unknown as WorkerResources;
    const handle = renderImageHandler(resources, new StoredPictures(resources));
    await handle({ organizationId, imageId: decodeId('image', image!)! }, {} as never);
    const left = (await readdir(dirname(file))).filter((name) => name.startsWith(basename(file)));
    expect(left).toEqual([]);
  });

  test("refuses a catalogue item's picture, and does not find another organisation's image", async () => {
    const { createCatalogItem } = await run(
      `mutation ($base64: Byte!) {
        createCatalogItem(input: { name: "n", thumbnail: { base64: $base64 } }) { ... on CatalogItem { thumbnail { id } } }
      }`,
      { base64: await pictureBase64() },
    );
    const other = await sightline.createTenant();
    const [theirs] = await store([{}], other.apiKey);
    const { deleteImages: answer } = await run(deleteImages, { ids: [createCatalogItem.thumbnail.id, theirs] });
    expect(answer.results.map((result: { code: string }) => result.code)).toEqual(['CONFLICT', 'NOT_FOUND']);
    expect(await run('query ($id: ID!) { node(id: $id) { id } }', { id: theirs }, other.apiKey)).toEqual({
      node: { id: theirs },
    });
  });
});

describe('imageEvents', () => {
  const imageEvents = /* GraphQL */ `
    subscription ($ids: [ID!], $after: String) {
      imageEvents(ids: $ids, after: $after) {
        ... on StreamEvent { cursor }
        ... on ImageChanged { imageId status indexingStatus image { id externalId } }
        ... on StreamResync { reason }
      }
    }
  `;

  test('tell of images that come and go, from the cursor of a query on', async () => {
    const { eventCursor } = await run('{ eventCursor }');
    const [first] = await store([{ externalId: 'first' }]);
    const client = connect(sightline.url, { apiKey: sightline.apiKey });
    const events = client.iterate({ query: imageEvents, variables: { after: eventCursor } });
    const next = async () => (await events.next()).value?.data?.imageEvents;
    expect(await next()).toMatchObject({ imageId: first, status: 'READY', image: { externalId: 'first' } });
    const [second] = await store([{}]);
    expect(await next()).toMatchObject({ imageId: second, status: 'READY', indexingStatus: 'NOT_INDEXED' });
    await run(deleteImages, { ids: [second] });
    expect(await next()).toMatchObject({ imageId: second, status: null, indexingStatus: null, image: null });
    await events.return?.();
    await client.dispose();
  });

  test('send the present state of listed images and complete, for they are settled', async () => {
    const [image] = await store([{}]);
    const client = connect(sightline.url, { apiKey: sightline.apiKey });
    const events: unknown[] = [];
    const ids = [image, encodeId('image', newId())];
    for await (const event of client.iterate({ query: imageEvents, variables: { ids } })) events.push(event.data);
    expect(events).toEqual([{ imageEvents: expect.objectContaining({ imageId: image, status: 'READY' }) }]);
    await client.dispose();
  });

  test('refuse what is no cursor, and lists without an id', async () => {
    const client = connect(sightline.url, { apiKey: sightline.apiKey });
    for (const variables of [{ after: 'nonsense' }, { ids: [] }, { ids: ['nonsense'] }]) {
      const { value } = await client.iterate({ query: imageEvents, variables }).next();
      expect(value?.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    }
    await client.dispose();
  });
});
