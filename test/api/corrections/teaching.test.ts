import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { newSecret } from '../../../src/organizations/key-secret.ts';
import { storeKey } from '../../../src/organizations/keys.service.ts';
import { cleanRetention } from '../../../src/retention/clean.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { exampleBase64, exampleFile, exampleProducts, exampleShelf, productAt } from '../../support/examples.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { awaitActive, awaitEnd, createItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { approve, found, item, noProduct, type Row, remove, correct as send, unknown } from './client.ts';

/** What corrections teach, with the project's models, on the shelves of examples/. */
let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start' });
});
afterAll(() => sightline?.close());

const analysisQuery = /* GraphQL */ `
  query ($id: ID!) {
    node(id: $id) {
      ... on Analysis {
        id status image { id sha256 } texts { text }
        detections {
          id box { x y width height } catalogItem { id } matchedBy candidates { catalogItem { id } confidence }
        }
      }
    }
  }
`;

const picturesQuery = /* GraphQL */ `
  query ($id: ID!) {
    node(id: $id) {
      ... on CatalogItem {
        thumbnail { id }
        referenceImages { id }
        pictures { origin taughtAt image { id width height } }
      }
    }
  }
`;

/** An organisation of its own. */
async function createOwner(scopes: ('WRITE' | 'ADMIN')[] = ['ADMIN']): Promise<User & { organizationId: string }> {
  const tenant = await sightline.createTenant({ scopes });
  return { ...createUser({ url: sightline.url, apiKey: tenant.apiKey }), organizationId: tenant.organizationId };
}

interface Shelf {
  analysis: Data;
  /** The detections that show a product, by its slug; null: products that examples/catalog.json does not have. */
  of(product: string | null): Data[];
}

/** @param appended to the file, so that no other test has the same bytes */
async function recognize(user: User, taskId: string, shelf: string, appended = ''): Promise<Shelf> {
  const file = new Blob([await exampleFile(shelf), appended]);
  const submitted = await submitBatch(user, [{ file }], { taskId });
  await awaitEnd(user, submitted);
  const { node: analysis } = await user.run(analysisQuery, { id: submitted.ids[0] });
  expect(analysis.status).toBe('SUCCEEDED');
  const { facings } = await exampleShelf(shelf);
  return {
    analysis,
    of: (product) => analysis.detections.filter(({ box }: Data) => productAt(facings, box) === product),
  };
}

/** The outcome of a correction of each detection. */
function correct(user: User, detections: readonly Data[], verdict: Row['verdict']): Promise<Data[]> {
  return send(user, ...detections.map(({ id }) => found(id, verdict)));
}

/** Until everything that corrections taught is described. */
async function taughtAll(): Promise<void> {
  const waiting = () =>
    sql<{ jobs: number }>`select count(*)::integer as jobs from graphile_worker.jobs
      where task_identifier in ('teach', 'index_catalog_item', 'index_counter_examples')`
      .execute(sightline.database.db)
      .then(({ rows }) => rows[0]!.jobs);
  await expect.poll(waiting, { timeout: 60_000 }).toBe(0);
}

const pictures = async (user: User, id: string): Promise<Data> => (await user.run(picturesQuery, { id })).node;
const origins = async (user: User, id: string) => (await pictures(user, id)).pictures.map(({ origin }: Data) => origin);
const itemsOf = (detections: readonly Data[]) => detections.map(({ catalogItem }) => catalogItem?.id ?? null);

const evening = 'shelves/6-evening.jpg';
const upright = 'shelves/4-upright.jpg';
const tea = 'wimborel-mint-tea';
const sister = 'wimborel-rosehip-tea';

/** The mint tea, by a picture that shows nothing of it. */
async function createBlankTea(user: User): Promise<string> {
  const blank = await pictureBase64({ width: 200, height: 300, colour: '#7a9' });
  const { id } = await createItem(user, { name: 'Mint tea', thumbnail: { base64: blank } });
  await awaitActive(user, [id]);
  return id;
}

describe('a correction of a task that learns', () => {
  test('teaches its item, which is then named where it was not', async () => {
    const user = await createOwner();
    const itemId = await createBlankTea(user);
    const taskId = await createTask(user, { learning: true });
    const before = await recognize(user, taskId, upright);
    expect(before.of(tea).length).toBeGreaterThanOrEqual(2);
    expect(itemsOf(before.of(tea))).toEqual(before.of(tea).map(() => null));

    const shelf = await recognize(user, taskId, evening);
    const [first] = shelf.of(tea);
    const [correction] = await correct(user, [first], item(itemId));
    expect(correction).toMatchObject({ __typename: 'Correction', status: 'APPLIED' });
    await taughtAll();
    const taught = await pictures(user, itemId);
    expect(taught.referenceImages).toEqual([]);
    expect(taught.pictures.map(({ origin }: Data) => origin)).toEqual(['CATALOG', 'CORRECTION']);
    const crop = taught.pictures[1];
    expect(crop.taughtAt).not.toBeNull();
    expect(Math.abs(crop.image.width - first.box.width)).toBeLessThan(2);

    const after = await recognize(user, taskId, upright);
    expect(itemsOf(after.of(tea))).toEqual(after.of(tea).map(() => itemId));
    // Its sister, which is in no catalogue, may be taken for it; nothing else may.
    const teas = [...after.of(tea), ...after.of(sister)];
    const others = after.analysis.detections.filter((detection: Data) => !teas.includes(detection));
    expect(itemsOf(others)).toEqual(others.map(() => null));

    // Taken back, it is as if it had never been said.
    await remove(user, correction!.id);
    expect(await origins(user, itemId)).toEqual(['CATALOG']);
    const undone = await recognize(user, taskId, upright);
    expect(itemsOf(undone.of(tea))).toEqual(undone.of(tea).map(() => null));
    await user.close();
  });

  test('that is "unknown" takes a wrong name away, and its removal gives it back', async () => {
    const user = await createOwner();
    const [mint] = await exampleProducts(tea);
    // Named wrongly for certain: the picture is of another tea than the item.
    const thumbnail = { base64: await exampleBase64(mint!.file) };
    const { id: itemId } = await createItem(user, { name: 'Rosehip tea', thumbnail });
    await awaitActive(user, [itemId]);
    const taskId = await createTask(user, { learning: true, catalogItemIds: [itemId] });
    const shelf = await recognize(user, taskId, evening);
    expect(itemsOf(shelf.of(tea))).toEqual(shelf.of(tea).map(() => itemId));
    const [correction] = await correct(user, shelf.of(tea).slice(0, 1), unknown);
    await taughtAll();
    const after = await recognize(user, taskId, upright);
    expect(itemsOf(after.of(tea))).toEqual(after.of(tea).map(() => null));
    expect(after.of(tea)[0].candidates[0].catalogItem.id).toBe(itemId);
    expect(await origins(user, itemId)).toEqual(['CATALOG']);

    // A task that looks for few items says nothing about the items of others.
    const others = await createTask(user, { name: 'Others' });
    const elsewhere = await recognize(user, others, upright);
    expect(itemsOf(elsewhere.of(tea))).toEqual(elsewhere.of(tea).map(() => itemId));

    await remove(user, correction!.id);
    const undone = await recognize(user, taskId, upright);
    expect(itemsOf(undone.of(tea))).toEqual(undone.of(tea).map(() => itemId));
    await user.close();
  });

  test('teaches nothing when the task does not learn, or as long as it is only proposed', async () => {
    const user = await createOwner();
    const itemId = await createBlankTea(user);
    const still = await createTask(user);
    await correct(user, (await recognize(user, still, evening)).of(tea), item(itemId));
    await taughtAll();
    expect(await origins(user, itemId)).toEqual(['CATALOG']);

    const writer = await writerOf(user);
    const learning = await createTask(user, { name: 'Learns', learning: true });
    const shelf = await recognize(user, learning, evening);
    const [proposal] = await correct(writer, shelf.of(tea).slice(0, 1), item(itemId));
    expect(proposal).toMatchObject({ status: 'PROPOSED' });
    await taughtAll();
    expect(await origins(user, itemId)).toEqual(['CATALOG']);

    await approve(user, proposal!.id);
    await taughtAll();
    expect(await origins(user, itemId)).toEqual(['CATALOG', 'CORRECTION']);
    await user.close();
    await writer.close();
  });

  test('leaves at most 20 pictures of an item, and one of them can be removed', async () => {
    const user = await createOwner();
    const itemId = await createBlankTea(user);
    const taskId = await createTask(user, { learning: true });
    // All of them are said to be tea, whatever they show: they differ.
    const shelf = await recognize(user, taskId, 'shelves/5-whole-bay.jpg');
    await correct(user, shelf.analysis.detections.slice(0, 24), item(itemId));
    await taughtAll();
    const { pictures: all } = await pictures(user, itemId);
    expect(all).toHaveLength(21);
    const [, taught] = all;
    await user.run(
      `mutation ($input: UpdateCatalogItemInput!) {
        updateCatalogItem(input: $input) { ... on UserError { message } ... on CatalogItem { id } } }`,
      { input: { id: itemId, removeReferenceImages: [taught.image.id] } },
    );
    const left = (await pictures(user, itemId)).pictures.map(({ image }: Data) => image.id);
    expect(left).toHaveLength(20);
    expect(left).not.toContain(taught.image.id);
    await user.close();
  });
});

describe('a picture that is deleted', () => {
  test('takes what corrections taught from it with it, to the last byte', async () => {
    const { user, shelf, taught } = await teach();
    const { id, image, texts } = shelf.analysis;
    expect(texts).not.toEqual([]);
    expect(await findTraces([image.sha256])).toEqual(expect.arrayContaining(['image', 'blob']));
    await deleteImage(user, image.id);
    await clean();
    // Of the picture itself as well as of what was cut out of it; only the event log remembers that there was one.
    expect(await findTraces([...taught, image.sha256])).toEqual([]);
    const uuid = decodeId('image', image.id)!;
    // A job that waits for an engine may still name it.
    const traces = (await findTraces([uuid])).filter((name) => !/^(event|graphile_worker\.)/.test(name));
    expect(traces).toEqual([]);
    const { node } = await user.run(analysisQuery, { id });
    expect(node).toMatchObject({ status: 'SUCCEEDED', image: null, texts: null });
    await user.close();
  });

  test('leaves what it taught for as long as the organisation says', async () => {
    const { user, shelf, taught, itemId } = await teach();
    await setReferenceDays(user, 30);
    await deleteImage(user, shelf.analysis.image.id);
    expect(await origins(user, itemId)).toEqual(['CATALOG', 'CORRECTION']);
    expect(await findTraces(taught)).not.toEqual([]);
    await clean();
    expect(await origins(user, itemId)).toEqual(['CATALOG', 'CORRECTION']);
    await setReferenceDays(user, null);
    await clean();
    expect(await origins(user, itemId)).toEqual(['CATALOG']);
    expect(await findTraces(taught)).toEqual([]);
    await user.close();
  });
});

/** One item that was taught and one counter-example, with the ids and hashes of their crops. */
async function teach() {
  const user = await createOwner();
  const itemId = await createBlankTea(user);
  const taskId = await createTask(user, { learning: true, readText: true });
  // No other test cuts anything out of this shelf, so nobody else has the same bytes.
  const shelf = await recognize(user, taskId, upright, taskId);
  await correct(user, shelf.of(tea).slice(0, 1), item(itemId));
  await correct(user, shelf.of(null).slice(0, 1), noProduct);
  await taughtAll();
  const crops = await sightline.database.db
    .selectFrom('image')
    .where('organization_id', '=', user.organizationId)
    .where('is_crop', '=', true)
    .select('id')
    .select(sql<string>`encode(sha256, 'hex')`.as('sha256'))
    .execute();
  expect(crops).toHaveLength(2);
  const taught = crops.flatMap(({ id, sha256 }) => [id, sha256]);
  expect(await findTraces(taught)).toEqual(
    expect.arrayContaining(['catalog_embedding', 'catalog_features', 'counter_example_description', 'image', 'blob']),
  );
  return { user, itemId, shelf, taught };
}

/** Tables and files of the store in which one of these ids and hashes is. */
async function findTraces(sought: readonly string[]): Promise<string[]> {
  const { db } = sightline.database;
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema in ('public', 'graphile_worker')`.execute(db);
  const traces: string[] = [];
  for (const { name } of tables) {
    const found = await sql`
      select from ${sql.raw(name)} as each
      where exists (select from unnest(${[...sought]}::text[]) as text where strpos(each::text, text) > 0)
      limit 1`.execute(db);
    if (found.rows.length > 0) traces.push(name.replace('public.', ''));
  }
  const files = await readdir(sightline.dataDir, { recursive: true });
  return [...traces, ...files.filter((file) => sought.some((text) => file.includes(text)))];
}

async function deleteImage(user: User, id: string): Promise<void> {
  const { deleteImages } = await user.run(
    'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }',
    { ids: [id] },
  );
  expect(deleteImages.results).toEqual([{ __typename: 'DeletedImage' }]);
}

async function setReferenceDays(user: User, referenceDays: number | null): Promise<void> {
  const { updateRetention } = await user.run(
    `mutation ($input: RetentionInput!) {
      updateRetention(input: $input) { ... on Organization { retention { referenceDays } } } }`,
    { input: { referenceDays } },
  );
  expect(updateRetention.retention).toEqual({ referenceDays });
}

async function clean(): Promise<void> {
  const { db } = sightline.database;
  const blobs = await openDirectoryStore(join(sightline.dataDir, 'blobs'));
  await cleanRetention({ db, blobs, logger: pino({ enabled: false }) }, new AbortController().signal);
}

/** A key with WRITE of the same organisation: it may propose. */
async function writerOf(user: User & { organizationId: string }): Promise<User> {
  const secret = newSecret();
  const key = { name: 'Writer', scopes: ['WRITE' as const], expiresAt: null };
  await storeKey(sightline.database.db, user.organizationId, key, secret);
  return createUser({ url: sightline.url, apiKey: secret });
}
