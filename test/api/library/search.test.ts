import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { toBytes } from '../../../src/library/embedding-bytes.ts';
import { listHashesSince, readHorizon, streamEmbeddings } from '../../../src/library/embeddings.repository.ts';
import { indexModel } from '../../../src/library/index-model.ts';
import { finishImageIndexing, listUnindexed } from '../../../src/library/indexing.repository.ts';
import { LibraryMatrices } from '../../../src/library/matrices.ts';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

/** Everything but the engine: what it would make of a picture is written in its place. */
let sightline: TestSightline;
let model: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  model = indexModel(await loadPipelines(new URL('../../../models', import.meta.url).pathname))!.version;
});
afterAll(() => sightline.close());

interface Tenant {
  organizationId: string;
  apiKey: string;
}

async function run({ apiKey }: { apiKey: string }, query: string, variables: Record<string, unknown> = {}) {
  const { body } = await request(sightline.url, { query, variables, apiKey });
  expect(body.errors).toBeUndefined();
  return body.data;
}

const searchImages = /* GraphQL */ `
  query ($by: ImageSearchInput!, $first: Int, $after: String) {
    searchImages(by: $by, first: $first, after: $after) {
      edges { cursor score node { id } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

async function search(tenant: Tenant, by: object, page: object = {}) {
  return (await run(tenant, searchImages, { by, ...page })).searchImages;
}

async function found(tenant: Tenant, by: object): Promise<[id: string, score: number][]> {
  const { edges } = await search(tenant, by, { first: 100 });
  return edges.map((edge: { score: number; node: { id: string } }) => [edge.node.id, edge.score]);
}

async function refused({ apiKey }: Tenant, by: object) {
  const { body } = await request(sightline.url, { query: searchImages, variables: { by }, apiKey });
  return body.errors[0].extensions.code;
}

let colours = 0;

/** An image of bytes of its own, not yet indexed. */
async function upload(tenant: Tenant, input: object = {}): Promise<string> {
  colours += 1;
  const colour = `#${colours.toString(16).padStart(6, '0')}`;
  const { uploadImages } = await run(
    tenant,
    'mutation ($image: ImageInput!) { uploadImages(images: [$image]) { results { ... on Image { id } } } }',
    // Without compression that would make two colours the same bytes.
    { image: { source: { base64: await pictureBase64({ colour, format: 'png' }) }, ...input } },
  );
  return uploadImages.results[0].id;
}

/** A direction in the space of embeddings, given by its first numbers. */
function vector(...numbers: number[]): Float32Array {
  const length = Math.hypot(...numbers);
  return Float32Array.from({ length: 256 }, (_, index) => (numbers[index] ?? 0) / length);
}

async function index({ organizationId }: Tenant, id: string, embedding: Float32Array) {
  const { db } = sightline.database;
  const [image] = await listUnindexed(db, organizationId, [decodeId('image', id)!], model);
  return db
    .transaction()
    .execute((trx) => finishImageIndexing(trx, [{ organizationId, model, ...image!, described: { embedding } }]));
}

async function indexed(tenant: Tenant, input: object, embedding = vector(1)): Promise<string> {
  const id = await upload(tenant, input);
  await index(tenant, id, embedding);
  return id;
}

/** An item with this name that was found on an image. */
/** An analysis of an image, as a worker leaves it. @returns its UUID */
async function analyse({ organizationId }: Tenant, imageId: string): Promise<string> {
  const { pool } = sightline.database;
  const [taskId, analysisId] = [newId(), newId()];
  await pool.query(
    "insert into task (id, organization_id, name, type, pipeline, all_catalog_items) values ($1, $2, 't', 'DETECTION', 'shelf', true)",
    [taskId, organizationId],
  );
  await pool.query(
    "insert into analysis (id, organization_id, task_id, image_id, status, priority, pipeline, finished_at) values ($1, $2, $3, $4, 'SUCCEEDED', 0, 'shelf-fast@2', now())",
    [analysisId, organizationId, taskId, decodeId('image', imageId)],
  );
  return analysisId;
}

async function findItem(tenant: Tenant, imageId: string, item: { id: string; confidence: number }) {
  await sightline.database.pool.query('insert into analysis_item values ($1, $2, $3, 1, 1, 1, $4)', [
    await analyse(tenant, imageId),
    item.id,
    tenant.organizationId,
    item.confidence,
  ]);
}

/** Text that was read from an image. */
async function findLines(tenant: Tenant, imageId: string, lines: { text: string; confidence: number }[]) {
  await sightline.database.pool.query(
    `insert into analysis_result (analysis_id, organization_id, width, height, detections, timings, texts)
     values ($1, $2, 10, 10, '[]', '{}', $3)`,
    [await analyse(tenant, imageId), tenant.organizationId, JSON.stringify(lines)],
  );
}

async function insertItem({ organizationId }: Tenant, name: string): Promise<string> {
  const id = newId();
  await sightline.database.pool.query(
    "insert into catalog_item (id, organization_id, status, name) values ($1, $2, 'ACTIVE', $3)",
    [id, organizationId, name],
  );
  return id;
}

describe('by example', () => {
  test('finds what looks alike, nearest first, and not the example itself', async () => {
    const tenant = await sightline.createTenant();
    const example = await indexed(tenant, {}, vector(1, 0));
    const near = await indexed(tenant, {}, vector(0.8, 0.6));
    const far = await indexed(tenant, {}, vector(0.6, 0.8));
    const opposite = await indexed(tenant, {}, vector(-1, 0));
    expect(await found(tenant, { imageId: example })).toEqual([
      [near, 0.8],
      [far, 0.6],
      [opposite, 0],
    ]);
  });

  test('knows at once what has been indexed, and forgets what has been deleted', async () => {
    const tenant = await sightline.createTenant();
    const example = await indexed(tenant, {}, vector(1));
    for (let round = 0; round < 3; round += 1) {
      expect(await found(tenant, { imageId: example })).toEqual([]);
      const other = await upload(tenant);
      expect(await found(tenant, { imageId: example })).toEqual([]);
      await index(tenant, other, vector(1, 1));
      expect((await found(tenant, { imageId: example })).map(([id]) => id)).toEqual([other]);
      await run(tenant, 'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
        ids: [other],
      });
    }
    const { rows } = await sightline.database.pool.query(
      'select count(*)::int as left from blob_embedding where organization_id = $1',
      [tenant.organizationId],
    );
    expect(rows).toEqual([{ left: 1 }]);
  });

  test('misses nothing of a transaction that commits after a later one', async () => {
    const tenant = await sightline.createTenant();
    const example = await indexed(tenant, {}, vector(1));
    const [slow, fast] = [await upload(tenant), await upload(tenant)];
    const { db } = sightline.database;
    const { organizationId } = tenant;
    const [image] = await listUnindexed(db, organizationId, [decodeId('image', slow)!], model);
    const describedSlow = { organizationId, model, ...image!, described: { embedding: vector(1, 1) } };
    await db.transaction().execute(async (trx) => {
      await finishImageIndexing(trx, [describedSlow]);
      await index(tenant, fast, vector(1, 1));
      expect((await found(tenant, { imageId: example })).map(([id]) => id)).toEqual([fast]);
    });
    expect((await found(tenant, { imageId: example })).map(([id]) => id)).toEqual([fast, slow]);
  });

  test('reads all pages of a large library, whatever the ids of its transactions are', async () => {
    const tenant = await sightline.createTenant();
    for (let n = 0; n < 7; n += 1) await indexed(tenant, {}, vector(1, n));
    const { pool, db } = sightline.database;
    // As text, 9 is larger than 10.
    await pool.query(
      `update blob_embedding set xid = (array[8, 9, 9, 10, 11, 100, 1000])[n]::text::xid8
       from (select sha256 as hash, row_number() over (order by sha256) as n from blob_embedding where organization_id = $1) r
       where organization_id = $1 and sha256 = hash`,
      [tenant.organizationId],
    );
    const scope = { organizationId: tenant.organizationId, model };
    const pages = await Array.fromAsync(streamEmbeddings(db, scope, 1_000, 2));
    expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
    expect(new Set(pages.flat().map(({ sha256 }) => sha256)).size).toBe(7);
    expect((await Array.fromAsync(streamEmbeddings(db, scope, 3, 2))).flat()).toHaveLength(3);
    // As after a restore into another cluster: they are not read again and again until it gets there.
    const horizon = await readHorizon(db);
    await pool.query("update blob_embedding set xid = '999999999' where organization_id = $1", [tenant.organizationId]);
    expect(await listHashesSince(db, scope, horizon)).toEqual([]);
    expect(await listHashesSince(db, scope, '0')).toEqual([]);
    expect((await Array.fromAsync(streamEmbeddings(db, scope, 1_000, 2))).flat()).toHaveLength(7);
  });

  test('keeps nothing in memory of what was deleted for longer than it says', async () => {
    const tenant = await sightline.createTenant();
    const [stays, goes] = [await indexed(tenant, {}, vector(1)), await indexed(tenant, {}, vector(0, 1))];
    const { db } = sightline.database;
    const scope = { organizationId: tenant.organizationId, model };
    const library = new LibraryMatrices(db, { forgetAfterMs: 0 });
    const matrix = await library.get(scope, 256);
    expect(matrix.rows).toBe(2);
    await run(tenant, 'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
      ids: [goes],
    });
    expect(await library.get(scope, 256)).toBe(matrix);
    const { node } = await run(tenant, 'query ($id: ID!) { node(id: $id) { ... on Image { sha256 } } }', { id: stays });
    expect(await matrix.nearest(vector(1), 10)).toEqual([{ sha256: node.sha256, cosine: 1 }]);
    await indexed(tenant, {}, vector(1, 1));
    expect((await library.get(scope, 256)).rows).toBe(2);
  });

  test('finds what is left when more were deleted than it lists', async () => {
    const tenant = await sightline.createTenant();
    const { organizationId } = tenant;
    const example = await indexed(tenant, {}, vector(1, 0));
    const left = await indexed(tenant, {}, vector(0.6, 0.8));
    const { pool } = sightline.database;
    await pool.query(
      `insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
       select $1, sha256(n::text::bytea), 1, 'image/png', 1, 1 from generate_series(1, 600) n`,
      [organizationId],
    );
    await pool.query(
      `insert into blob_embedding (organization_id, sha256, model, embedding)
       select organization_id, sha256, $2, $3 from blob where organization_id = $1 and byte_size = 1`,
      [organizationId, model, toBytes(vector(0.8, 0.6))],
    );
    await pool.query(
      `insert into image (id, organization_id, status, indexing_status, sha256)
       select gen_random_uuid(), organization_id, 'READY', 'INDEXED', sha256
       from blob where organization_id = $1 and byte_size = 1`,
      [organizationId],
    );
    expect((await found(tenant, { imageId: example }))[0]![1]).toBe(0.8);
    await pool.query(
      'delete from image using blob where image.organization_id = $1 and image.sha256 = blob.sha256 and byte_size = 1',
      [organizationId],
    );
    await pool.query('delete from blob where organization_id = $1 and byte_size = 1', [organizationId]);
    expect(await found(tenant, { imageId: example })).toEqual([[left, 0.6]]);
  });

  test('finds other images of the same bytes', async () => {
    const tenant = await sightline.createTenant();
    const source = { base64: await pictureBase64({ colour: '#abc' }) };
    const [one, two] = [await indexed(tenant, { source }), await indexed(tenant, { source })];
    expect(await found(tenant, { imageId: one })).toEqual([[two, 1]]);
  });

  test('refuses an example that is not here, and whose bytes are not', async () => {
    const tenant = await sightline.createTenant();
    const other = await sightline.createTenant();
    const theirs = await indexed(other, {});
    for (const imageId of [theirs, encodeId('image', newId()), 'nonsense'])
      expect(await refused(tenant, { imageId })).toBe('BAD_USER_INPUT');
    for (const uploadId of [encodeId('upload', newId()), 'nonsense'])
      expect(await refused(tenant, { uploadId })).toBe('BAD_USER_INPUT');
  });

  test('says why when the example cannot be read', async () => {
    const tenant = await sightline.createTenant();
    const example = await upload(tenant, {});
    const { db } = sightline.database;
    const { organizationId } = tenant;
    const [image] = await listUnindexed(db, organizationId, [decodeId('image', example)!], model);
    const failure = { code: 'INVALID_IMAGE', message: 'It is cut off.', retryable: false } as const;
    await db
      .transaction()
      .execute((trx) => finishImageIndexing(trx, [{ organizationId, model, ...image!, described: { failure } }]));
    const state = 'query ($id: ID!) { node(id: $id) { ... on Image { status indexingStatus failure { code } } } }';
    expect((await run(tenant, state, { id: example })).node).toEqual({
      status: 'READY',
      indexingStatus: 'FAILED',
      failure: { code: 'INVALID_IMAGE' },
    });
    const { body } = await request(sightline.url, {
      query: searchImages,
      variables: { by: { imageId: example } },
      apiKey: tenant.apiKey,
    });
    expect(body.errors[0]).toMatchObject({
      message: expect.stringContaining('It is cut off.'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});

describe('by item', () => {
  test('finds the images on which it was found, by the best confidence', async () => {
    const tenant = await sightline.createTenant();
    const item = await insertItem(tenant, 'Tea');
    const [one, two, hidden] = [
      await indexed(tenant, {}),
      await indexed(tenant, {}),
      await upload(tenant, { index: false }),
    ];
    await indexed(tenant, {});
    await findItem(tenant, one, { id: item, confidence: 0.25 });
    await findItem(tenant, two, { id: item, confidence: 0.5 });
    await findItem(tenant, one, { id: item, confidence: 0.75 });
    await findItem(tenant, hidden, { id: item, confidence: 1 });
    expect(await found(tenant, { catalogItemId: encodeId('catalogItem', item) })).toEqual([
      [one, 0.75],
      [two, 0.5],
    ]);
    const other = await sightline.createTenant();
    for (const catalogItemId of [encodeId('catalogItem', item), 'nonsense'])
      expect(await found(other, { catalogItemId })).toEqual([]);
  });
});

describe('by words', () => {
  test('finds every word in metadata, file name, or the name of what was found', async () => {
    const tenant = await sightline.createTenant();
    const item = await insertItem(tenant, 'Wimborel Mint-Tea');
    const store = { metadata: { store: 'Köln-Süd', aisle: 7 } };
    const [plain, told] = [await indexed(tenant, {}), await indexed(tenant, store)];
    await findItem(tenant, plain, { id: item, confidence: 0.5 });
    await findItem(tenant, told, { id: item, confidence: 0.75 });
    const words = (text: string) => found(tenant, { text });
    expect(await words('mint')).toEqual([
      [told, 0.75],
      [plain, 0.5],
    ]);
    expect(await words('süd')).toEqual([[told, 1]]);
    expect(await words('  TEA, 7 süd! ')).toEqual([[told, 0.916667]]);
    expect(await words('mint coffee')).toEqual([]);
    // Values are searched, not keys, and whole words.
    expect(await words('aisle')).toEqual([]);
    expect(await words('min')).toEqual([]);
    const other = await sightline.createTenant();
    expect(await found(other, { text: 'mint' })).toEqual([]);
  });

  test('finds words of the file name, and the new name of an item', async () => {
    const tenant = await sightline.createTenant();
    const image = await indexed(tenant, {});
    await sightline.database.pool.query('update image set filename = $2 where id = $1', [
      decodeId('image', image),
      'Shelf_12-left.JPG',
    ]);
    for (const text of ['shelf', '12', 'left jpg']) expect(await found(tenant, { text })).toEqual([[image, 1]]);
    const item = await insertItem(tenant, 'Old');
    await findItem(tenant, image, { id: item, confidence: 1 });
    await sightline.database.pool.query("update catalog_item set name = 'New' where id = $1", [item]);
    expect(await found(tenant, { text: 'old' })).toEqual([]);
    expect(await found(tenant, { text: 'new' })).toEqual([[image, 1]]);
  });

  test.each(['NFC', 'NFD'])(
    'finds words however case and accents are written, from what was stored as %s',
    async (form) => {
      const tenant = await sightline.createTenant();
      const image = await indexed(tenant, { metadata: { shop: 'Ünïcode ΟΔΟΣ'.normalize(form) } });
      await sightline.database.pool.query('update image set filename = $2 where id = $1', [
        decodeId('image', image),
        'Crème-Brûlée.jpg'.normalize(form),
      ]);
      const item = await insertItem(tenant, 'Nestlé Café'.normalize(form));
      await findItem(tenant, image, { id: item, confidence: 1 });
      for (const word of ['crème', 'BRÛLÉE', 'ünïcode', 'οδος', 'Οδοσ', 'CAFÉ', 'nestlé'])
        for (const given of [word.normalize('NFC'), word.normalize('NFD')])
          expect([given, await found(tenant, { text: given })]).toEqual([given, [[image, 1]]]);
    },
  );

  test('finds words that were read from an image, by the most certain line that has them', async () => {
    const tenant = await sightline.createTenant();
    const [one, two] = [await indexed(tenant, { metadata: { shop: 'North' } }), await indexed(tenant, {})];
    await findLines(tenant, one, [
      { text: 'Café-Mix 250 g', confidence: 0.5 },
      { text: 'CAFÉ', confidence: 0.75 },
    ]);
    await findLines(tenant, two, [{ text: 'mixed nuts', confidence: 1 }]);
    await findLines(tenant, two, []);
    const words = (text: string) => found(tenant, { text });
    expect(await words('café')).toEqual([[one, 0.75]]);
    expect(await words('mix 250')).toEqual([[one, 0.5]]);
    expect(await words('mix north')).toEqual([[one, 0.75]]);
    expect(await words('mix nuts')).toEqual([]);
    expect(await found(await sightline.createTenant(), { text: 'café' })).toEqual([]);
  });

  test('refuses text without a word, and with too many', async () => {
    const tenant = await sightline.createTenant();
    for (const text of ['', ' -- ', 'a b c d e f g h i j k'])
      expect(await refused(tenant, { text })).toBe('BAD_USER_INPUT');
  });
});

describe('pages', () => {
  test('go on behind the cursor without a gap or a repeat, whatever is searched by', async () => {
    const tenant = await sightline.createTenant();
    const item = await insertItem(tenant, 'Tea');
    const example = await indexed(tenant, {});
    // Two of each score, so that pages end between equal ones.
    for (const x of [0.1, 0.1, 0.5, 0.5, 1 / 3, 1 / 3, 1e-6, 0]) {
      const id = await indexed(tenant, {}, vector(x, Math.sqrt(1 - x * x)));
      await findItem(tenant, id, { id: item, confidence: x });
    }
    for (const by of [{ imageId: example }, { catalogItemId: encodeId('catalogItem', item) }, { text: 'tea' }]) {
      const all = await found(tenant, by);
      expect(all).toHaveLength(8);
      expect(all.map(([, score]) => score)).toEqual(all.map(([, score]) => score).sort((a, b) => b - a));
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { edges, pageInfo } = await search(tenant, by, { first: 3, after });
        seen.push(...edges.map((edge: { node: { id: string } }) => edge.node.id));
        more = pageInfo.hasNextPage;
        after = pageInfo.endCursor;
      }
      expect(seen).toEqual(all.map(([id]) => id));
    }
  });
});
