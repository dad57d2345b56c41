import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runImport } from '../../../src/catalog/imports/run-import.ts';
import { decodeId } from '../../../src/ids.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { picture, pictureBase64 } from '../../support/pictures.ts';
import { expectType, failures } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { silent } from '../events/log-fixture.ts';

/** A catalogue from a table with pictures. The server has no worker: the test runs the job where it says so. */
let server: TestSightline;
/** Of an organisation of its own for each test. */
let user: User;
let organizationId: string;
let red: Buffer<ArrayBuffer>;
let blue: Buffer<ArrayBuffer>;
beforeAll(async () => {
  server = await startTestSightline();
  red = await picture({ colour: '#ff0000' });
  blue = await picture({ colour: '#0000ff' });
});
afterAll(() => server?.close());
beforeEach(async () => {
  const tenant = await server.createTenant();
  organizationId = tenant.organizationId;
  user = createUser({ url: server.url, apiKey: tenant.apiKey });
  return () => user.close();
});

const importFields = 'id status dryRun total created updated unchanged failed finishedAt failure { code }';
const importMutation = `mutation ($input: ImportCatalogInput!) {
  importCatalog(input: $input) { __typename ...Failures ... on CatalogImport { ${importFields} } } } ${failures}`;

type Table = string | Buffer<ArrayBuffer>;
type Files = Record<string, Buffer<ArrayBuffer>>;

function send(table: Table, images: Files = {}, options: object = {}): Promise<Data> {
  const names = Object.keys(images);
  const files = Object.fromEntries(
    names.map((name, index) => [`input.images.${index}`, new File([images[name]!], name)] as const),
  );
  const input = { file: null, images: names.map(() => null), ...options };
  return user
    .run(importMutation, { input }, { 'input.file': new File([table], 'items.csv'), ...files })
    .then(({ importCatalog }) => importCatalog);
}

async function runJob(
  importId: string,
  signal = new AbortController().signal,
  eventsWritten: () => void = () => undefined,
): Promise<void> {
  const blobs = await openDirectoryStore(path.join(server.dataDir, 'blobs'));
  const hints = { eventsWritten };
  const parts = { db: server.database.db, blobs, hints, logger: silent };
  await runImport(parts, { organizationId, importId: decodeId('catalogImport', importId)! }, signal);
}

const rowsQuery = `query ($id: ID!, $outcome: CatalogImportOutcome, $first: Int, $after: String) { node(id: $id) {
  ... on CatalogImport { ${importFields} rows(outcome: $outcome, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { row customId outcome message catalogItem { id } } } } } }`;

async function read(id: string, variables = {}): Promise<Data> {
  return (await user.run(rowsQuery, { id, ...variables })).node;
}

/** Sends a table, runs its job, and reads what became of it. */
async function importTable(table: Table, images: Files = {}, options: object = {}): Promise<Data> {
  const { id } = expectType(await send(table, images, options), 'CatalogImport');
  await runJob(id);
  return read(id);
}

async function listItems(): Promise<Data[]> {
  const { catalogItems } = await user.run(`{ catalogItems(first: 100) { nodes {
    id customId name brand size status tags customProps dimensions { height width depth }
    thumbnail { id } referenceImages { id } updatedAt } } }`);
  return catalogItems.nodes.toSorted((a: Data, b: Data) => (a.customId < b.customId ? -1 : 1));
}

const outcomesOf = (made: Data) => made.rows.nodes.map(({ outcome }: Data) => outcome);
const blobCount = async () =>
  (
    await readdir(path.join(server.dataDir, 'blobs', organizationId), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
  ).filter((entry) => entry.isFile()).length;

test('makes an item of each row, with its picture', async () => {
  const table = `customId,name,brand,size,tags,image,height,customProps.shelf
c-1,Cola,Fizz,330 ml,drinks|cold,cola.jpg,"0,12",7
c-2,"Lemon ""Zest""",,,,photos/lemon.jpg,,
`;
  const started = expectType(await send(table, { 'cola.jpg': red, 'lemon.jpg': blue }), 'CatalogImport');
  expect(started).toMatchObject({ status: 'RUNNING', total: 2, created: 0, failed: 0, dryRun: false });
  await runJob(started.id);
  expect(await read(started.id)).toMatchObject({
    status: 'SUCCEEDED',
    created: 2,
    failed: 0,
    finishedAt: expect.any(String),
  });
  expect(await listItems()).toMatchObject([
    {
      customId: 'c-1',
      name: 'Cola',
      brand: 'Fizz',
      size: '330 ml',
      status: 'INDEXING',
      tags: ['drinks', 'cold'],
      dimensions: { height: 0.12, width: null },
      customProps: { shelf: '7' },
    },
    { customId: 'c-2', name: 'Lemon "Zest"', brand: null, tags: [] },
  ]);
});

describe('the same table again', () => {
  const table = 'customId,name,tags,image,referenceImages\na,One,x|y,1.jpg,2.jpg\nb,Two,,2.jpg,\n';
  const images = () => ({ '1.jpg': red, '2.jpg': blue });

  test('changes nothing, and stores nothing', async () => {
    await importTable(table, images());
    const [before, blobs] = [await listItems(), await blobCount()];
    const again = await importTable(table, images());
    expect(again).toMatchObject({ status: 'SUCCEEDED', created: 0, updated: 0, unchanged: 2 });
    expect(await listItems()).toEqual(before);
    expect(await blobCount()).toBe(blobs);
    const { rows } = await server.database.pool.query('select 1 from image where organization_id = $1', [
      organizationId,
    ]);
    // Of the four that were sent twice.
    expect(rows).toHaveLength(2);
  });

  test('with changes changes those rows; empty cells leave what they are about', async () => {
    await importTable(table, images());
    const [a, b] = await listItems();
    const changed = await importTable('customId,name,tags,image\na,New name,,\nb,,z,1.jpg\n', { '1.jpg': red });
    expect(outcomesOf(changed)).toEqual(['UPDATED', 'UPDATED']);
    const [afterA, afterB] = await listItems();
    expect(afterA).toMatchObject({
      name: 'New name',
      tags: ['x', 'y'],
      thumbnail: a.thumbnail,
      referenceImages: a.referenceImages,
    });
    expect(afterB).toMatchObject({ name: 'Two', tags: ['z'], status: 'INDEXING' });
    expect(afterB.thumbnail.id).not.toBe(b.thumbnail.id);
  });

  test('with a further row that names the same picture makes an item of that', async () => {
    await importTable('customId,name,image\na,One,1.jpg\n', { '1.jpg': red });
    const made = await importTable('customId,name,image\na,One,1.jpg\nb,Two,1.jpg\nc,,1.jpg\n', { '1.jpg': red });
    expect(outcomesOf(made)).toEqual(['UNCHANGED', 'CREATED', 'FAILED']);
    expect(await blobCount()).toBe(1);
  });

  test('goes on after the row at which the job broke off', async () => {
    const { id } = expectType(await send(table, images()), 'CatalogImport');
    const stop = new AbortController();
    const { db } = server.database;
    stop.abort(new Error('The worker leaves.'));
    await expect(runJob(id, stop.signal)).rejects.toThrow('leaves');
    expect(await read(id)).toMatchObject({ status: 'RUNNING', created: 0 });
    await Promise.all([runJob(id), runJob(id)]);
    expect(await read(id)).toMatchObject({ status: 'SUCCEEDED', created: 2, unchanged: 0 });
    expect(
      await db.selectFrom('catalog_item').selectAll().where('organization_id', '=', organizationId).execute(),
    ).toHaveLength(2);
  });
});

test('a dry run says what would happen, and stores nothing', async () => {
  await importTable('customId,name,image\na,One,1.jpg\nb,Two,2.jpg\n', { '1.jpg': red, '2.jpg': blue });
  const [before, blobs] = [await listItems(), await blobCount()];
  const made = await importTable(
    'customId,name,image\na,One,1.jpg\nb,Other,\nc,New,3.jpg\nd,,3.jpg\n',
    { '1.jpg': red, '3.jpg': await picture({ colour: '#00ff00' }) },
    { dryRun: true },
  );
  expect(made).toMatchObject({ dryRun: true, status: 'SUCCEEDED', created: 1, updated: 1, unchanged: 1, failed: 1 });
  expect(outcomesOf(made)).toEqual(['UNCHANGED', 'UPDATED', 'CREATED', 'FAILED']);
  expect(await listItems()).toEqual(before);
  expect(await blobCount()).toBe(blobs);
});

test('what is wrong with a row is told by its number, and stops no other', async () => {
  const table = `customId,name,image,height
,No id,1.jpg,
good,Good,1.jpg,

bad-number,Bad,1.jpg,tall
good,Again,1.jpg,
no-file,None,none.jpg,
broken,Broken,broken.jpg,
no-name,,1.jpg,
no-image,No image,,
short
`;
  const made = await importTable(table, { '1.jpg': red, 'broken.jpg': Buffer.from('no picture') });
  expect(made).toMatchObject({ status: 'SUCCEEDED', total: 9, created: 1, failed: 8 });
  const failed = await read(made.id, { outcome: 'FAILED', first: 5 });
  expect(failed.rows).toMatchObject({ totalCount: 8, pageInfo: { hasNextPage: true } });
  const rest = await read(made.id, { outcome: 'FAILED', after: failed.rows.pageInfo.endCursor });
  const told = [...failed.rows.nodes, ...rest.rows.nodes].map(({ row, message }: Data) => [row, message]);
  expect(told).toEqual([
    [2, expect.stringContaining('customId is empty')],
    [5, expect.stringMatching(/height .*metres/)],
    [6, 'customId "good" is already that of row 3.'],
    [7, expect.stringContaining('"none.jpg"')],
    [8, expect.stringMatching(/broken\.jpg: .*not an image/)],
    [9, expect.stringContaining('name is empty')],
    [10, expect.stringContaining('image is empty')],
    [11, expect.stringContaining('name is empty')],
  ]);
  expect(await listItems()).toHaveLength(1);
  // Nothing is left of what failed.
  expect(await blobCount()).toBe(1);
});

describe('a table', () => {
  const oneItem = { '1.jpg': () => red };
  test.each<[string, Table]>([
    ['with a byte order mark and semicolons', '\ufeffcustomId;name;image\r\na;Ä, é;1.jpg\r\n'],
    ['with tabs and names as people write them', 'Custom ID\tNAME\tImage\na\tÄ, é\t1.jpg\n'],
    ['with the delimiter in a line of its own', 'sep=;\r\ncustom_id;name;image\r\na;Ä, é;1.jpg\r\n'],
    ['with quotes, and line ends within them', '"customId","name","image"\n"a","Ä, é","1.jpg"'],
  ])('%s is read', async (_title, table) => {
    expect(await importTable(table, { '1.jpg': oneItem['1.jpg']() })).toMatchObject({ created: 1, failed: 0 });
    expect((await listItems())[0].name).toBe('Ä, é');
  });

  test.each<[string, Table, RegExp]>([
    ['of Windows text', Buffer.from('customId,name\na,Caf\xe9\n', 'latin1'), /Line 2 .*not UTF-8.*CSV UTF-8/],
    ['in UTF-16', Buffer.from('\ufeffcustomId,name\n', 'utf16le'), /UTF-16.*CSV UTF-8/],
    ['that is a workbook', Buffer.from('PK\x03\x04rest'), /spreadsheet, not CSV/],
    ['that is empty', '', /empty/],
    ['without rows', 'customId,name\n', /no rows/],
    ['without customId', 'name\nCola\n', /no "customId"/],
    ['with an unknown column', 'customId,colour\na,red\n', /"colour".*customId, name/],
    ['with a column twice', 'customId,name,Name\na,b,c\n', /"name" twice/],
    ['with a quote that is open', 'customId,name\na,"b\n', /not valid CSV/],
    ['with too many rows', `customId\n${'a\n'.repeat(5_001)}`, /more than 5000 rows/],
    ['that is too large', `customId\n${'a'.repeat(2_000_000)}`, /larger than 2000000 bytes/],
  ])('%s is refused with what to do, and its pictures are not kept', async (_title, table, message) => {
    const refused = await send(table, { '1.jpg': red });
    expect(refused).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['file'], message: expect.stringMatching(message) }],
    });
    expect(await blobCount()).toBe(0);
  });
});

test('a cell may name an image that is here, or a link', async () => {
  const { uploadImages } = await user.run(
    'mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { id } } } }',
    { images: [{ source: { base64: await pictureBase64() } }] },
  );
  const imageId = uploadImages.results[0].id;
  const table = `customId,name,image\na,One,${imageId}\nb,Two,https://shop.example/b.jpg\n`;
  const made = await importTable(table);
  expect(outcomesOf(made)).toEqual(['CREATED', 'FAILED']);
  expect(made.rows.nodes[1].message).toContain('URL');
  expect((await listItems())[0].thumbnail.id).toBe(imageId);
  expect(outcomesOf(await importTable(table))).toEqual(['UNCHANGED', 'FAILED']);
});

test('a picture that the plan has no room for fails its row, and those that fit are kept', async () => {
  await server.database.db
    .insertInto('plan')
    .values({
      name: 'TINY',
      max_batch_size: 1,
      request_cost_per_minute: 100_000,
      max_storage_bytes: String(red.length + 10),
    })
    .execute();
  await server.database.pool.query("update organization set plan = 'TINY' where id = $1", [organizationId]);
  const made = await importTable('customId,name,image\na,One,1.jpg\nb,Two,2.jpg\n', { '1.jpg': red, '2.jpg': blue });
  expect(outcomesOf(made)).toEqual(['CREATED', 'FAILED']);
  expect(made.rows.nodes[1].message).toContain('bytes of storage');
});

test('its progress is a stream, which is complete when the import is', async () => {
  const { id } = expectType(
    await send('customId,name,image\na,One,1.jpg\nb,,1.jpg\n', { '1.jpg': red }),
    'CatalogImport',
  );
  const events = user.collect(
    `subscription ($id: ID!) { catalogImportEvents(id: $id) {
      ... on StreamEvent { cursor } ... on CatalogImportProgressed { catalogImportId status catalogImport { id total } } } }`,
    { id },
  );
  await runJob(id);
  const received = await events;
  expect(received.at(-1)).toMatchObject({ catalogImportId: id, status: 'SUCCEEDED', catalogImport: { id, total: 2 } });
});

describe('with an idempotency key', () => {
  const table = 'customId,name,image\na,One,1.jpg\n';
  const idempotencyKey = 'import-1';

  test('a repeated request returns the import of the first one, and stores nothing', async () => {
    const first = expectType(await send(table, { '1.jpg': red }, { idempotencyKey }), 'CatalogImport');
    await runJob(first.id);
    const blobs = await blobCount();
    expect(await send(table, { '1.jpg': red }, { idempotencyKey })).toMatchObject({
      id: first.id,
      status: 'SUCCEEDED',
    });
    expect(await blobCount()).toBe(blobs);
    const { catalogImports } = await user.run('{ catalogImports { nodes { id } } }');
    expect(catalogImports.nodes).toEqual([{ id: first.id }]);
  });

  test('two at once make one import', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => send(table, { '1.jpg': red }, { idempotencyKey })));
    expect(other.id).toBe(one.id);
  });

  test('another table, another picture or a dry run is another request', async () => {
    expectType(await send(table, { '1.jpg': red }, { idempotencyKey }), 'CatalogImport');
    for (const [otherTable, images, options] of [
      [`${table}b,Two,1.jpg\n`, { '1.jpg': red }, {}],
      [table, { '1.jpg': blue }, {}],
      [table, { '1.jpg': red }, { dryRun: true }],
    ] as const)
      expectType(await send(otherTable, images, { ...options, idempotencyKey }), 'IdempotencyConflictError');
    expect(await blobCount()).toBe(1);
  });

  test('a request that failed can be repeated', async () => {
    expectType(await send('colour\nred\n', {}, { idempotencyKey }), 'ValidationError');
    expectType(await send(table, { '1.jpg': red }, { idempotencyKey }), 'CatalogImport');
  });
});

describe('cancelled', () => {
  const table = 'customId,name,image\na,One,1.jpg\nb,Two,2.jpg\n';

  async function cancel(id: string, by: User = user): Promise<Data> {
    const text = `mutation ($id: ID!) { cancelCatalogImport(id: $id) {
      __typename ...Failures ... on CatalogImport { ${importFields} } } } ${failures}`;
    return (await by.run(text, { id })).cancelCatalogImport;
  }

  test('an import does no further row, and the pictures of those go', async () => {
    const { id } = expectType(await send(table, { '1.jpg': red, '2.jpg': blue }), 'CatalogImport');
    // The worker leaves after the first row.
    const stop = new AbortController();
    await expect(runJob(id, stop.signal, () => stop.abort())).rejects.toThrow();
    expect(await cancel(id)).toMatchObject({ id, status: 'CANCELED', created: 1, finishedAt: expect.any(String) });
    await runJob(id);
    expect(await read(id)).toMatchObject({ status: 'CANCELED', created: 1, failure: null });
    expect(outcomesOf(await read(id))).toEqual(['CREATED', null]);
    expect(await listItems()).toMatchObject([{ customId: 'a' }]);
    expect(await blobCount()).toBe(1);
    // Again changes nothing, and the same table goes on from there.
    expect(await cancel(id)).toMatchObject({ id, status: 'CANCELED' });
    expect(await importTable(table, { '1.jpg': red, '2.jpg': blue })).toMatchObject({ created: 1, unchanged: 1 });
  });

  test('its stream is complete', async () => {
    const { id } = expectType(await send(table, { '1.jpg': red, '2.jpg': blue }), 'CatalogImport');
    const events = user.collect(
      'subscription ($id: ID!) { catalogImportEvents(id: $id) { ... on CatalogImportProgressed { status } } }',
      { id },
    );
    await cancel(id);
    expect((await events).at(-1)).toEqual({ status: 'CANCELED' });
  });

  test('one that has ended stays as it is; nobody else cancels one', async () => {
    const { id } = await importTable(table, { '1.jpg': red, '2.jpg': blue });
    expect(expectType(await cancel(id), 'ConflictError').message).toContain('SUCCEEDED');
    const stranger = createUser({ url: server.url, apiKey: (await server.createTenant()).apiKey });
    expectType(await cancel(id, stranger), 'NotFoundError');
    await stranger.close();
  });
});

test('nobody else sees an import, and READ keys make none', async () => {
  const { id } = expectType(await send('customId,name,image\na,One,1.jpg\n', { '1.jpg': red }), 'CatalogImport');
  const stranger = createUser({ url: server.url, apiKey: (await server.createTenant()).apiKey });
  expect((await stranger.run(rowsQuery, { id })).node).toBeNull();
  expect((await stranger.run('{ catalogImports { nodes { id } } }')).catalogImports.nodes).toEqual([]);
  expect((await user.run('{ catalogImports { nodes { id } } }')).catalogImports.nodes).toEqual([{ id }]);
  await stranger.close();
});
