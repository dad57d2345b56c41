import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
      __typename ... on Image { sha256 byteSize } ... on QuotaExceededError { code limit used }
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
});
