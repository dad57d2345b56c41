import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId, encodeId, newId } from '../../../src/ids.ts';
import { cleanRetention } from '../../../src/retention/clean.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { connect, request } from '../../support/client.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
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

const updateRetention = /* GraphQL */ `
  mutation ($input: RetentionInput!) {
    updateRetention(input: $input) {
      __typename
      ... on Organization { retention { imageDays analysisDays exportDays eventDays } }
      ... on ValidationError { issues { path } }
    }
  }
`;

async function uploadImage(tenant: Tenant, colour: string): Promise<string> {
  const { uploadImages } = await run(
    tenant,
    `mutation ($source: ImageSource!) {
      uploadImages(images: [{ source: $source, index: false }]) { results { ... on Image { id } } }
    }`,
    { source: { base64: await pictureBase64({ colour }) } },
  );
  return uploadImages.results[0].id;
}

/** A batch of analyses as it is when they have ended. */
async function insertEnded({ organizationId }: Tenant, imageIds: (string | null)[], daysAgo: number) {
  const { pool } = sightline.database;
  const [taskId, batchId] = [newId(), newId()];
  await pool.query(
    "insert into task (id, organization_id, name, type, pipeline, all_catalog_items) values ($1, $2, 't', 'DETECTION', 'shelf', true)",
    [taskId, organizationId],
  );
  await pool.query(
    'insert into batch (id, organization_id, task_id, priority, total, completed, finished_at) values ($1, $2, $3, 0, $4, $4, now())',
    [batchId, organizationId, taskId, imageIds.length],
  );
  const ids: string[] = [];
  for (const [position, image] of imageIds.entries()) {
    const id = newId();
    ids.push(encodeId('analysis', id));
    await pool.query(
      `insert into analysis (id, organization_id, task_id, image_id, batch_id, status, priority, pipeline, created_at, finished_at)
       values ($1, $2, $3, $4, $5, 'SUCCEEDED', 0, 'shelf-fast@2', now() - $6 * interval '1 day', now())`,
      [id, organizationId, taskId, image && decodeId('image', image), batchId, daysAgo],
    );
    await pool.query('insert into analysis_item values ($1, $2, $3, 1, 1, 1)', [id, newId(), organizationId]);
    await pool.query("insert into analysis_result values ($1, $2, 10, 10, '[]', '{}')", [id, organizationId]);
    await pool.query('insert into batch_analysis values ($1, $2, $3, $4)', [batchId, position, id, organizationId]);
  }
  return { batchId: encodeId('batch', batchId), ids };
}

async function age(imageId: string, days: number): Promise<void> {
  await sightline.database.pool.query("update image set created_at = now() - $2 * interval '1 day' where id = $1", [
    decodeId('image', imageId),
    days,
  ]);
}

async function clean() {
  const blobs = await openDirectoryStore(join(sightline.dataDir, 'blobs'));
  return cleanRetention(
    { db: sightline.database.db, blobs, logger: pino({ enabled: false }) },
    new AbortController().signal,
  );
}

const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';

test('keeps everything but exports until somebody says otherwise, and takes days within bounds', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const { viewer } = await run(
    tenant,
    '{ viewer { organization { retention { imageDays analysisDays exportDays eventDays } } } }',
  );
  expect(viewer.organization.retention).toEqual({
    imageDays: null,
    analysisDays: null,
    exportDays: 7,
    eventDays: null,
  });
  const set = (input: object) => run(tenant, updateRetention, { input }).then((data) => data.updateRetention);
  const given = { imageDays: 30, analysisDays: 90, exportDays: 3, eventDays: 2 };
  expect(await set(given)).toEqual({ __typename: 'Organization', retention: given });
  // Absent stays, null clears, and exports have a default.
  expect((await set({ imageDays: null })).retention).toEqual({ ...given, imageDays: null });
  expect((await set({ exportDays: null })).issues).toMatchObject([{ path: ['exportDays'] }]);
  expect(await set({ imageDays: 0, analysisDays: 36_501, eventDays: 8 })).toEqual({
    __typename: 'ValidationError',
    issues: [{ path: ['imageDays'] }, { path: ['analysisDays'] }, { path: ['eventDays'] }],
  });
});

test('needs scope ADMIN', async () => {
  const { apiKey } = await sightline.createTenant({ scopes: ['WRITE'] });
  const { body } = await request(sightline.url, { query: updateRetention, variables: { input: {} }, apiKey });
  expect(body.errors[0].extensions.code).toBe('FORBIDDEN');
});

test('removes analyses beyond their days with all that is theirs; counters of batches stay', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const other = await sightline.createTenant({ scopes: ['ADMIN'] });
  const old = await insertEnded(tenant, [null, null], 11);
  const recent = await insertEnded(tenant, [null], 9);
  const foreign = await insertEnded(other, [null], 100);
  await run(tenant, updateRetention, { input: { analysisDays: 10 } });
  const expiresAt = 'query ($id: ID!) { node(id: $id) { ... on Analysis { createdAt expiresAt } } }';
  const { node } = await run(tenant, expiresAt, { id: recent.ids[0] });
  expect(Date.parse(node.expiresAt) - Date.parse(node.createdAt)).toBe(10 * 86_400_000);
  expect((await run(other, expiresAt, { id: foreign.ids[0] })).node.expiresAt).toBeNull();
  expect(await clean()).toMatchObject({ analyses: 2 });
  expect((await run(tenant, nodes, { ids: [...old.ids, ...recent.ids] })).nodes).toEqual([
    null,
    null,
    { id: recent.ids[0] },
  ]);
  expect((await run(other, nodes, { ids: foreign.ids })).nodes).toEqual([{ id: foreign.ids[0] }]);
  const batch =
    'query ($id: ID!) { node(id: $id) { ... on Batch { total completed status analyses { totalCount } } } }';
  expect((await run(tenant, batch, { id: old.batchId })).node).toEqual({
    total: 2,
    completed: 2,
    status: 'COMPLETED',
    analyses: { totalCount: 0 },
  });
  for (const table of ['analysis_item', 'analysis_result', 'batch_analysis']) {
    const { rows } = await sightline.database.pool.query(
      `select count(*)::int as left from ${table} where organization_id = $1`,
      [tenant.organizationId],
    );
    expect(rows).toEqual([{ left: 1 }]);
  }
});

test('removes images beyond their days with their bytes, and leaves analyses their results', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const [old, recent, waitedFor] = [
    await uploadImage(tenant, '#111'),
    await uploadImage(tenant, '#222'),
    await uploadImage(tenant, '#333'),
  ] as const;
  const { createCatalogItem } = await run(
    tenant,
    `mutation ($source: ImageSource!) {
      createCatalogItem(input: { name: "n", thumbnail: $source }) { ... on CatalogItem { id } }
    }`,
    { source: { imageId: recent } },
  );
  expect(createCatalogItem.id).toBeDefined();
  const { ids } = await insertEnded(tenant, [old], 1);
  const waiting = await insertEnded(tenant, [waitedFor], 1);
  await sightline.database.pool.query("update analysis set status = 'QUEUED', finished_at = null where id = $1", [
    decodeId('analysis', waiting.ids[0]!),
  ]);
  for (const id of [old, recent, waitedFor]) await age(id, 31);
  const sha256 = (await run(tenant, 'query ($id: ID!) { node(id: $id) { ... on Image { sha256 } } }', { id: old })).node
    .sha256;
  const file = join(sightline.dataDir, 'blobs', tenant.organizationId, sha256.slice(0, 2), sha256);
  await stat(file);
  await run(tenant, updateRetention, { input: { imageDays: 30 } });
  expect(await clean()).toMatchObject({ images: 1 });
  await expect(stat(file)).rejects.toThrow('ENOENT');
  // A catalogue item's picture, and one that an analysis waits for, stay.
  expect((await run(tenant, nodes, { ids: [old, recent, waitedFor] })).nodes).toEqual([
    null,
    { id: recent },
    { id: waitedFor },
  ]);
  const analysis = 'query ($id: ID!) { node(id: $id) { ... on Analysis { status image { id } } } }';
  expect((await run(tenant, analysis, { id: ids[0] })).node).toEqual({ status: 'SUCCEEDED', image: null });
});

test('removes events beyond their days, tells who resumes from before, and leaves those of others', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const other = await sightline.createTenant({ scopes: ['ADMIN'] });
  const begin = await Promise.all([tenant, other].map(eventCursor));
  for (const each of [tenant, other]) await createItem(each, 'made four days ago');
  const middle = await Promise.all([tenant, other].map(eventCursor));
  await ageEvents([tenant, other], 4);
  for (const each of [tenant, other]) await createItem(each, 'made today');
  await run(tenant, updateRetention, { input: { eventDays: 3 } });

  expect(await clean()).toMatchObject({ events: 1 });
  expect(await clean()).toMatchObject({ events: 0 });
  expect(await nextItem(tenant, begin[0]!)).toMatchObject({ __typename: 'StreamResync', reason: 'CURSOR_EXPIRED' });
  expect(await nextItem(tenant, middle[0]!)).toMatchObject({ catalogItem: { name: 'made today' } });
  expect(await nextItem(other, begin[1]!)).toMatchObject({ catalogItem: { name: 'made four days ago' } });
  // A cursor of after what is gone misses nothing, and what comes after the answer's is told as ever.
  const { cursor } = await nextItem(tenant, begin[0]!);
  await createItem(tenant, 'made after that');
  expect(await nextItem(tenant, cursor)).toMatchObject({ catalogItem: { name: 'made after that' } });
});

test('removes no event of a day that began within the days that they are kept', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const begin = await eventCursor(tenant);
  await createItem(tenant, 'made three days ago');
  await ageEvents([tenant], 3);
  await run(tenant, updateRetention, { input: { eventDays: 3 } });
  expect(await clean()).toMatchObject({ events: 0 });
  expect(await nextItem(tenant, begin)).toMatchObject({ catalogItem: { name: 'made three days ago' } });
});

async function eventCursor(tenant: Tenant): Promise<string> {
  return (await run(tenant, '{ eventCursor }')).eventCursor;
}

async function createItem(tenant: Tenant, name: string): Promise<void> {
  const { createCatalogItem } = await run(
    tenant,
    `mutation ($name: String!, $source: ImageSource!) {
      createCatalogItem(input: { name: $name, thumbnail: $source }) { ... on CatalogItem { id } }
    }`,
    { name, source: { base64: await pictureBase64({ colour: '#555' }) } },
  );
  expect(createCatalogItem.id).toBeDefined();
}

/** Moves what these have of events to a day before today. */
async function ageEvents(tenants: Tenant[], days: number): Promise<void> {
  await sightline.database.pool.query(`
    do $$ declare day date := (now() at time zone 'utc')::date - ${days}; begin
      execute format('create table if not exists event_%s partition of event for values from (%L) to (%L)',
        to_char(day, 'YYYYMMDD'), day || ' 00:00:00+00', day + 1 || ' 00:00:00+00');
    end $$`);
  await sightline.database.pool.query(
    "update event set created_at = created_at - $1 * interval '1 day' where organization_id = any($2)",
    [days, tenants.map(({ organizationId }) => organizationId)],
  );
}

/** What a subscription that resumes is sent first. */
async function nextItem({ apiKey }: Tenant, after: string) {
  const client = connect(sightline.url, { apiKey });
  const items = client.iterate({
    query: `subscription ($after: String) {
      catalogItemEvents(after: $after) {
        __typename
        ... on StreamEvent { cursor }
        ... on StreamResync { reason }
        ... on CatalogItemChanged { catalogItem { name } }
      }
    }`,
    variables: { after },
  });
  const { value } = await items.next();
  await items.return?.();
  await client.dispose();
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, the test says
  return (value.data as any).catalogItemEvents;
}

test('finds the bytes that a crash left behind', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const image = await uploadImage(tenant, '#444');
  const { pool } = sightline.database;
  // As after a crash between the commit of a deletion and the removal of the bytes.
  await pool.query('delete from image where id = $1', [decodeId('image', image)]);
  expect(await clean()).toMatchObject({ blobs: 0 });
  await pool.query("update blob set created_at = now() - interval '2 days' where organization_id = $1", [
    tenant.organizationId,
  ]);
  expect(await clean()).toMatchObject({ blobs: 1 });
});

test('an organisation whose data cannot be removed, or that has much of it, does not hold back the others', async () => {
  const { pool } = sightline.database;
  const tenants = [
    await sightline.createTenant({ scopes: ['ADMIN'] }),
    await sightline.createTenant({ scopes: ['ADMIN'] }),
    await sightline.createTenant({ scopes: ['ADMIN'] }),
  ];
  const ended: string[][] = [];
  for (const tenant of tenants) {
    await run(tenant, updateRetention, { input: { analysisDays: 30 } });
    ended.push((await insertEnded(tenant, [null], 40)).ids);
  }
  await pool.query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'It stays.'; end $$`);
  await pool.query(
    `create trigger refuse before delete on analysis for each row when (old.organization_id = '${tenants[1]!.organizationId}') execute function refuse()`,
  );
  await expect(clean()).rejects.toThrow('It stays.');
  const left = await Promise.all(tenants.map((tenant, index) => run(tenant, nodes, { ids: ended[index] })));
  expect(left.map(({ nodes: [node] }) => node !== null)).toEqual([false, true, false]);
  await pool.query('drop trigger refuse on analysis; drop function refuse()');
});
