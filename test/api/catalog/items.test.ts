import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';
import { catalogClient } from './client.ts';

let sightline: TestSightline;
let catalog: ReturnType<typeof catalogClient>;

beforeAll(async () => {
  sightline = await startTestSightline();
  catalog = catalogClient(sightline);
});
afterAll(() => sightline.close());

/** Revisions of the jobs that wait to index an item. */
async function indexingJobs(itemId: string): Promise<number[]> {
  const { rows } = await sightline.database.pool.query(
    `select (payload ->> 'revision')::int as revision from graphile_worker._private_jobs
     where payload ->> 'catalogItemId' = $1 order by id`,
    [decodeId('catalogItem', itemId)],
  );
  return rows.map((row) => row.revision);
}

async function count(table: string): Promise<number> {
  const { rows } = await sightline.database.pool.query(`select count(*)::int as count from ${table}`);
  return rows[0].count;
}

describe('createCatalogItem', () => {
  test('makes an item with its pictures, and asks for their indexing', async () => {
    const front = await pictureBase64({ colour: '#001' });
    const item = await catalog.create({
      thumbnail: { base64: await pictureBase64({ format: 'png' }) },
      referenceImages: [{ base64: front }, { base64: front }],
      name: 'Lemon Soda',
      barcode: '4006381333931',
      customId: 'sku-1',
      brand: 'Pondello',
      size: '330 ml',
      containerType: 'can',
      flavour: 'lemon',
      packagingSize: '6-pack',
      dimensions: { height: 0.12 },
      tags: ['de', 'fr', 'de'],
      customProps: { shelf: [1, 2] },
    });
    expect(item).toMatchObject({
      __typename: 'CatalogItem',
      status: 'INDEXING',
      failure: null,
      name: 'Lemon Soda',
      customId: 'sku-1',
      dimensions: { height: 0.12, width: null, depth: null },
      tags: ['de', 'fr'],
      customProps: { shelf: [1, 2] },
      thumbnail: { mimeType: 'image/png' },
    });
    expect(item.referenceImages).toHaveLength(2);
    expect(await indexingJobs(item.id)).toEqual([1]);
    expect(await catalog.get(item.id)).toEqual(item);
    const { images } = await catalog.run('{ images { totalCount } }');
    expect(images.totalCount).toBe(0);
  });

  test('uses images that are stored already, each once', async () => {
    const { uploadImages } = await catalog.run(
      'mutation ($s: ImageSource!) { uploadImages(images: [{ source: $s }]) { results { ... on Image { id } } } }',
      { s: { base64: await pictureBase64() } },
    );
    const { id } = uploadImages.results[0];
    const item = await catalog.create({ thumbnail: { imageId: id }, referenceImages: [{ imageId: id }] });
    expect(item).toMatchObject({ thumbnail: { id }, referenceImages: [] });
  });

  test('makes nothing when anything is wrong, and says what', async () => {
    const before = [await count('catalog_item'), await count('image'), await count('blob')];
    const base64 = await pictureBase64({ colour: '#123456' });
    const text = Buffer.from('text').toString('base64');
    expect(await catalog.create({ thumbnail: { base64: text } })).toMatchObject({
      __typename: 'MediaError',
      message: expect.stringMatching(/^thumbnail: /),
    });
    expect(
      await catalog.create({ thumbnail: { base64 }, referenceImages: [{ base64 }, { base64: text }] }),
    ).toMatchObject({
      __typename: 'MediaError',
      code: 'INVALID_IMAGE',
      message: expect.stringMatching(/^referenceImages\.1: /),
    });
    expect(await catalog.create({ thumbnail: { imageId: encodeId('image', newId()) } })).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['thumbnail', 'imageId'] }],
    });
    const invalid = await catalog.create({
      thumbnail: { base64 },
      name: ' ',
      brand: 'b'.repeat(256),
      dimensions: { width: -1 },
      tags: ['', 'ok'],
    });
    expect(invalid.issues.map((issue: { path: string[] }) => issue.path)).toEqual([
      ['name'],
      ['brand'],
      ['dimensions', 'width'],
      ['tags', '0'],
    ]);
    expect([await count('catalog_item'), await count('image'), await count('blob')]).toEqual(before);
  });

  test('refuses a customId that another item has, until that one is archived', async () => {
    const first = await catalog.create({ customId: 'taken' });
    expect(await catalog.create({ customId: 'taken' })).toMatchObject({
      __typename: 'ConflictError',
      code: 'CONFLICT',
    });
    const other = await catalog.create();
    expect(await catalog.update({ id: other.id, customId: 'taken' })).toMatchObject({ __typename: 'ConflictError' });
    await catalog.archive([first.id]);
    expect(await catalog.create({ customId: 'taken' })).toMatchObject({ __typename: 'CatalogItem', customId: 'taken' });
    const tenant = await sightline.createTenant();
    const elsewhere = await catalogClient(sightline, tenant.apiKey).create({ customId: 'taken' });
    expect(elsewhere).toMatchObject({ __typename: 'CatalogItem' });
  });
});

describe('updateCatalogItem', () => {
  test('leaves what is absent, clears what is null and keeps the recognition', async () => {
    const item = await catalog.create({
      brand: 'a',
      flavour: 'b',
      tags: ['t'],
      customProps: { a: 1 },
      dimensions: { height: 1, width: 2 },
    });
    const updated = await catalog.update({ id: item.id, name: 'New', brand: null, dimensions: { height: null } });
    expect(updated).toEqual({
      ...item,
      name: 'New',
      brand: null,
      dimensions: { height: null, width: 2, depth: null },
      updatedAt: updated.updatedAt,
    });
    const cleared = await catalog.update({ id: item.id, tags: null, customProps: null, dimensions: null });
    expect(cleared).toMatchObject({ tags: [], customProps: {}, dimensions: null, flavour: 'b' });
    expect(await indexingJobs(item.id)).toEqual([1]);
    expect(await catalog.update({ id: item.id, name: null, thumbnail: null })).toMatchObject({
      issues: [{ path: ['name'] }, { path: ['thumbnail'] }],
    });
  });

  test('indexes again when pictures change, and removes those that are nobody else’s', async () => {
    const [a, b, c] = await Promise.all(['#0a1', '#0a2', '#0a3'].map((colour) => pictureBase64({ colour })));
    const item = await catalog.create({ referenceImages: [{ base64: a }, { base64: b }] });
    const [kept, removed] = item.referenceImages;
    const updated = await catalog.update({
      id: item.id,
      thumbnail: { base64: c },
      addReferenceImages: [{ base64: a }],
      removeReferenceImages: [removed.id],
    });
    expect(updated.status).toBe('INDEXING');
    expect(updated.thumbnail.id).not.toBe(item.thumbnail.id);
    expect(updated.referenceImages).toEqual([kept, { id: expect.anything() }]);
    expect(await indexingJobs(item.id)).toEqual([1, 2]);
    const { nodes } = await catalog.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [removed.id, item.thumbnail.id, kept.id],
    });
    expect(nodes).toEqual([null, null, kept]);
  });

  test('names what it does not find', async () => {
    const item = await catalog.create();
    const id = encodeId('catalogItem', newId());
    expect(await catalog.update({ id, name: 'x' })).toMatchObject({ __typename: 'NotFoundError', id });
    const removeReferenceImages = [item.thumbnail.id];
    expect(await catalog.update({ id: item.id, removeReferenceImages })).toMatchObject({
      __typename: 'NotFoundError',
      id: item.thumbnail.id,
    });
    const theirs = await catalogClient(sightline, (await sightline.createTenant()).apiKey).create();
    expect(await catalog.update({ id: theirs.id, name: 'x' })).toMatchObject({ id: theirs.id, code: 'NOT_FOUND' });
    expect(await catalog.update({ id: item.id, thumbnail: { imageId: theirs.thumbnail.id } })).toMatchObject({
      __typename: 'NotFoundError',
    });
  });

  test('shows each of two changes of one request as it was then', async () => {
    const item = await catalog.create();
    const two = await catalog.run(
      `mutation ($id: ID!, $a: Byte!, $b: Byte!) {
        first: updateCatalogItem(input: { id: $id, thumbnail: { base64: $a } }) { ...T }
        second: updateCatalogItem(input: { id: $id, thumbnail: { base64: $b } }) { ...T }
      }
      fragment T on CatalogItem { thumbnail { width } }`,
      { id: item.id, a: await pictureBase64({ width: 11 }), b: await pictureBase64({ width: 22 }) },
    );
    expect(two).toEqual({ first: { thumbnail: { width: 11 } }, second: { thumbnail: { width: 22 } } });
  });
});

describe('archiveCatalogItems', () => {
  test('answers for each item, and lets none be changed any more', async () => {
    const item = await catalog.create();
    const missing = encodeId('catalogItem', newId());
    const results = await catalog.archive([item.id, missing, item.id]);
    expect(results).toMatchObject([{ id: item.id, status: 'ARCHIVED' }, { id: missing }, { code: 'CONFLICT' }]);
    expect(await catalog.update({ id: item.id, name: 'x' })).toMatchObject({ code: 'CONFLICT' });
  });

  test('leaves its pictures to be taken from it, so that they can be deleted', async () => {
    const user = createUser(sightline);
    const upload = `mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { id } } } }`;
    const images = await Promise.all(
      [1, 2].map(async (width) => ({ source: { base64: await pictureBase64({ width }) } })),
    );
    const [thumbnail, reference] = (await user.run(upload, { images })).uploadImages.results;
    const sources = { thumbnail: { imageId: thumbnail.id }, referenceImages: [{ imageId: reference.id }] };
    const { id } = await catalog.create(sources);
    await catalog.archive([id]);
    const remove = async () =>
      (
        await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
          ids: [thumbnail.id, reference.id],
        })
      ).deleteImages.results.map((result: { __typename: string }) => result.__typename);
    expect(await remove()).toEqual(['ConflictError', 'ConflictError']);
    const other = { base64: await pictureBase64({ width: 3 }) };
    expect(await catalog.update({ id, thumbnail: other, addReferenceImages: [other] })).toMatchObject({
      code: 'CONFLICT',
    });
    const given = { id, thumbnail: other, removeReferenceImages: [reference.id] };
    expect(await catalog.update(given)).toMatchObject({ status: 'ARCHIVED', referenceImages: [] });
    expect(await remove()).toEqual(['DeletedImage', 'DeletedImage']);
    await user.close();
  });
});

describe('catalogItems', () => {
  test.each(['NFC', 'NFD'])(
    'compares without case and however accents are written, what was stored as %s',
    async (form) => {
      const catalog = catalogClient(sightline, (await sightline.createTenant()).apiKey);
      const [name, brand, tag] = ['Crème Brûlée 100%', 'Nestlé', 'Café'].map((text) => text.normalize(form));
      await catalog.create({ name, brand, tags: [tag, 'other'] });
      await catalog.create({ name: 'Creme Brulee 100%', brand: 'Nestle', tags: ['Cafe'] });
      const asStored = [name];
      for (const given of ['NFC', 'NFD'])
        for (const cased of [(text: string) => text, (text: string) => text.toUpperCase()]) {
          const write = (text: string) => cased(text).normalize(given);
          expect(await catalog.list({ name: write('Crème Brûlée 100%') })).toEqual(asStored);
          expect(await catalog.list({ brand: write('Nestlé') })).toEqual(asStored);
          expect(await catalog.list({ tag: write('Café') })).toEqual(asStored);
          expect(await catalog.list({ text: write('brûlée nestlé 100%') })).toEqual(asStored);
        }
    },
  );

  test('narrows by everything that the filter has', async () => {
    const tenant = await sightline.createTenant();
    const own = catalogClient(sightline, tenant.apiKey);
    const a = await own.create({
      name: 'A',
      brand: 'Alpha',
      barcode: '1',
      tags: ['de', '100%_x'],
      flavour: 'Red Berry',
    });
    await own.create({ name: 'B', brand: 'Beta', customId: 'b', tags: ['fr'] });
    await own.archive([a.id]);
    expect(await own.list({})).toEqual(['B', 'A']);
    expect(await own.list({ ids: [a.id, 'nonsense'] })).toEqual(['A']);
    expect(await own.list({ name: 'B' })).toEqual(['B']);
    expect(await own.list({ customId: 'b' })).toEqual(['B']);
    expect(await own.list({ barcode: '1' })).toEqual(['A']);
    expect(await own.list({ brand: 'Alpha' })).toEqual(['A']);
    expect(await own.list({ tag: 'fr' })).toEqual(['B']);
    expect(await own.list({ status: 'ARCHIVED' })).toEqual(['A']);
    expect(await own.list({ text: 'berry ALPHA' })).toEqual(['A']);
    expect(await own.list({ text: '100%_' })).toEqual(['A']);
    expect(await own.list({ text: '%' })).toEqual(['A']);
    expect(await own.list({ text: 'berry beta' })).toEqual([]);
    expect(await own.list({ text: 'berry '.repeat(100) })).toEqual(['A']);
    const long = await request(sightline.url, {
      apiKey: sightline.apiKey,
      query: 'query ($f: CatalogItemFilter) { catalogItems(filter: $f) { totalCount } }',
      variables: { f: { text: 'a b c d e f g h i j k' } },
    });
    expect(long.body.errors[0]).toMatchObject({
      message: expect.stringContaining('at most 10 words'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    const { body } = await request(sightline.url, {
      apiKey: sightline.apiKey,
      query: 'query ($f: CatalogItemFilter) { catalogItems(filter: $f) { totalCount } }',
      variables: { f: { ids: [a.id] } },
    });
    expect(body.data.catalogItems.totalCount).toBe(0);
  });
});
