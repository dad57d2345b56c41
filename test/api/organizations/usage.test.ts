import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanRetention } from '../../../src/retention/clean.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { imageOf, submit } from '../repeats/client.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

async function createCustomer(plan: string): Promise<User> {
  return createUser({ url: sightline.url, apiKey: (await sightline.createTenant({ plan })).apiKey });
}

/** A plan that stores this many bytes. */
async function createPlan(name: string, maxStorageBytes: number): Promise<string> {
  await sightline.database.pool.query('insert into plan values ($1, 20, 3000, $2, false)', [name, maxStorageBytes]);
  return name;
}

const uploadImages = /* GraphQL */ `
  mutation ($images: [ImageInput!]!) {
    uploadImages(images: $images) { results {
      __typename ... on Image { id sha256 byteSize } ... on QuotaExceededError { code limit used }
    } }
  }
`;

test('usage counts what is stored and what was analysed, also by time', async () => {
  const user = await createCustomer('UNLIMITED');
  const taskId = await createTask(user);
  const twice = await imageOf('red');
  await submit(user, { taskId, images: [twice, twice, await imageOf('blue')] });
  const query = `query ($from: DateTime, $to: DateTime) { viewer { organization { id usage {
    id creditsAvailable creditsConsumed maxBatchSize storageBytes images
    all: analyses since: analyses(createdAt: { from: $from }) before: analyses(createdAt: { to: $to }) } } } }`;
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const { organization } = (await user.run(query, { from: at, to: at })).viewer;
  const bytes = async (colour: string) => Buffer.from(await pictureBase64({ colour }), 'base64').length;
  expect(organization.usage).toEqual({
    id: organization.id,
    creditsAvailable: null,
    creditsConsumed: 0,
    maxBatchSize: 200,
    storageBytes: (await bytes('red')) + (await bytes('blue')),
    images: 3,
    all: 3,
    since: 3,
    before: 0,
  });
});

test.each([
  ['FREE', 20],
  ['STARTER', 20],
  ['GROWTH', 50],
  ['PRO', 100],
  ['SCALE', 200],
])('the plan %s takes batches of up to %i', async (plan, maxBatchSize) => {
  const user = await createCustomer(plan);
  const { viewer } = await user.run('{ viewer { organization { plan { name } usage { maxBatchSize } } } }');
  expect(viewer.organization).toEqual({ plan: { name: plan }, usage: { maxBatchSize } });
  const image = await imageOf('red');
  const images = Array.from({ length: maxBatchSize + 1 }, () => image);
  const taskId = await createTask(user);
  expect(await submit(user, { taskId, images })).toMatchObject({ __typename: 'BatchTooLargeError' });
});

describe('beyond the bytes that a plan stores', () => {
  let small: string;
  let large: string;
  let smallBytes: number;
  let largeBytes: number;
  beforeAll(async () => {
    small = await pictureBase64({ colour: 'red' });
    large = await pictureBase64({ noise: true, width: 200, height: 200 });
    [smallBytes, largeBytes] = [small, large].map((text) => Buffer.from(text, 'base64').length) as [number, number];
  });

  async function upload(user: User, pictures: string[]): Promise<Data[]> {
    const images = pictures.map((base64) => ({ source: { base64 } }));
    return (await user.run(uploadImages, { images })).uploadImages.results;
  }

  test('uploadImages refuses each picture that does not fit, and takes those that do or are stored already', async () => {
    const limit = smallBytes + 10;
    const user = await createCustomer(await createPlan('TINY', limit));
    const over = { __typename: 'QuotaExceededError', code: 'QUOTA_EXCEEDED', limit, used: smallBytes };
    const results = await upload(user, [small, large, small, 'bm8gcGljdHVyZQ==']);
    expect(results.map(({ __typename }) => __typename)).toEqual(['Image', over.__typename, 'Image', 'MediaError']);
    expect(results[1]).toEqual(over);
    expect(await upload(user, [large, small])).toMatchObject([over, { __typename: 'Image', byteSize: smallBytes }]);
  });

  test('submitBatch and createCatalogItem store nothing', async () => {
    const user = await createCustomer(await createPlan('SMALL', largeBytes - 1));
    const taskId = await createTask(user);
    const images = [{ source: { base64: small } }, { source: { base64: large } }];
    expect(await submit(user, { taskId, images })).toMatchObject({
      __typename: 'QuotaExceededError',
      limit: largeBytes - 1,
      used: smallBytes,
    });
    const { createCatalogItem } = await user.run(
      `mutation ($input: CreateCatalogItemInput!) { createCatalogItem(input: $input) { __typename } }`,
      { input: { name: 'Item', thumbnail: { base64: large } } },
    );
    expect(createCatalogItem.__typename).toBe('QuotaExceededError');
    const { viewer } = await user.run('{ viewer { organization { usage { storageBytes images analyses } } } }');
    expect(viewer.organization.usage).toEqual({ storageBytes: 0, images: 0, analyses: 0 });
  });

  test('many at the same time do not go over it together', async () => {
    const user = await createCustomer(await createPlan('SHARED', 3 * smallBytes + 60));
    const colours = ['#100000', '#200000', '#300000', '#400000', '#500000', '#600000', '#700000', '#800000'];
    const pictures = await Promise.all(colours.map((colour) => pictureBase64({ colour })));
    const results = (await Promise.all(pictures.map((picture) => upload(user, [picture])))).flat();
    expect(results.filter(({ __typename }) => __typename === 'Image')).toHaveLength(3);
    const { viewer } = await user.run('{ viewer { organization { usage { storageBytes } } } }');
    expect(viewer.organization.usage.storageBytes).toBeLessThanOrEqual(3 * smallBytes + 60);
  });

  test('stays what the pictures add up to while many store and delete, and changes are added up meanwhile', async () => {
    const { organizationId, apiKey } = await sightline.createTenant({ plan: await createPlan('BUSY', 1_000_000) });
    const user = createUser({ url: sightline.url, apiKey });
    const colours = Array.from({ length: 12 }, (_, index) => `#00${(index + 16).toString(16)}ff`);
    const pictures = await Promise.all(colours.map((colour) => pictureBase64({ colour })));
    const bytesOf = (some: string[]) => some.reduce((sum, text) => sum + Buffer.from(text, 'base64').length, 0);
    const kept = await upload(user, pictures.slice(0, 6));
    // Many enough to be added up by whoever stores next.
    const addChanges = () =>
      sightline.database.pool.query(
        'insert into stored_bytes_change (organization_id, bytes) select $1, (-1) ^ n from generate_series(1, 600) n',
        [organizationId],
      );
    await Promise.all([
      addChanges(),
      ...pictures.slice(6).map((picture) => upload(user, [picture, picture])),
      ...kept.slice(0, 3).map(({ id }) => remove(user, id)),
      addChanges(),
    ]);
    const all = await upload(user, pictures.slice(3));
    expect(await storageBytes(user)).toBe(bytesOf(pictures.slice(3)));
    await Promise.all(all.map(({ id }) => remove(user, id)));
    expect(await countChanges(organizationId)).toBeLessThan(100);
  });

  test('is added up by the cleaning job for who has no limit', async () => {
    const { organizationId, apiKey } = await sightline.createTenant();
    const user = createUser({ url: sightline.url, apiKey });
    await upload(user, [small]);
    await sightline.database.pool.query(
      'insert into stored_bytes_change (organization_id, bytes) select $1, 2 from generate_series(1, 600) n',
      [organizationId],
    );
    const blobs = await openDirectoryStore(join(sightline.dataDir, 'blobs'));
    await cleanRetention(
      { db: sightline.database.db, blobs, logger: pino({ enabled: false }) },
      new AbortController().signal,
    );
    expect(await countChanges(organizationId)).toBe(0);
    expect(await storageBytes(user)).toBe(smallBytes + 1_200);
  });

  async function remove(user: User, id: string): Promise<void> {
    await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', { ids: [id] });
  }

  async function storageBytes(user: User): Promise<number> {
    return (await user.run('{ viewer { organization { usage { storageBytes } } } }')).viewer.organization.usage
      .storageBytes;
  }

  async function countChanges(organizationId: string): Promise<number> {
    const { rowCount } = await sightline.database.pool.query(
      'select from stored_bytes_change where organization_id = $1',
      [organizationId],
    );
    return rowCount!;
  }
});
