import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantCredits } from '../../../src/organizations/credits.service.ts';
import { setPlan } from '../../../src/organizations/organizations.repository.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { end, imageOf, recognize, submit } from '../repeats/client.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

interface Customer {
  user: User;
  organizationId: string;
  taskId: string;
}

async function createCustomer(credits: number, plan = 'FREE'): Promise<Customer> {
  const { organizationId, apiKey } = await sightline.createTenant({ plan });
  const user = createUser({ url: sightline.url, apiKey });
  if (credits !== 0) await grantCredits(sightline.database.db, organizationId, credits);
  return { user, organizationId, taskId: await createTask(user) };
}

async function usageOf({ user }: Customer): Promise<Data> {
  const query = '{ viewer { organization { usage { creditsAvailable creditsConsumed maxBatchSize } } } }';
  return (await user.run(query)).viewer.organization.usage;
}

/** Files below the organisation's own folder of blobs. */
async function countFiles({ organizationId }: Customer): Promise<number> {
  const folder = join(sightline.dataDir, 'blobs', organizationId);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

describe('an analysis', () => {
  test('costs one credit when its picture can be run, and none when its header shows that it cannot', async () => {
    const customer = await createCustomer(10);
    const { user, taskId } = customer;
    const broken = { source: { base64: 'bm8gcGljdHVyZQ==' } };
    const { batch } = await submit(user, { taskId, images: [await imageOf('red'), broken, await imageOf('blue')] });
    expect(batch.creditsConsumed).toBe(2);
    await recognize(user, { taskId, image: await imageOf('red'), waitSeconds: 0 });
    expect(await usageOf(customer)).toEqual({ creditsAvailable: 7, creditsConsumed: 3, maxBatchSize: 20 });
  });

  test('costs nothing when it is replayed, by the key of its image or of the request', async () => {
    const customer = await createCustomer(2);
    const { user, taskId } = customer;
    const image = await imageOf('red', { idempotencyKey: 'image' });
    const input = { taskId, images: [image, await imageOf('blue')], idempotencyKey: 'request' };
    await submit(user, input);
    // Nothing is left now; neither asks for more.
    expect(await submit(user, input)).toMatchObject({ replayed: true, batch: { creditsConsumed: 2 } });
    const other = await submit(user, { taskId, images: [image] });
    expect(other).toMatchObject({ __typename: 'SubmitBatchPayload', batch: { total: 1, creditsConsumed: 0 } });
    expect(await usageOf(customer)).toMatchObject({ creditsAvailable: 0, creditsConsumed: 2 });
  });

  test('costs nothing on a plan that is not metered', async () => {
    const customer = await createCustomer(0, 'UNLIMITED');
    const { user, taskId } = customer;
    const { batch, items } = await submit(user, { taskId, images: [await imageOf('red')] });
    expect(batch.creditsConsumed).toBe(0);
    expect(await usageOf(customer)).toEqual({ creditsAvailable: null, creditsConsumed: 0, maxBatchSize: 200 });
    await setPlan(sightline.database.db, customer.organizationId, 'GROWTH');
    const failure = { code: 'INTERNAL', message: 'Ours.', retryable: true } as const;
    await end(sightline, items[0].analysis.id, { to: 'FAILED', failure });
    // What was not paid for is not given back.
    expect(await usageOf(customer)).toEqual({ creditsAvailable: 0, creditsConsumed: 0, maxBatchSize: 50 });
  });
});

describe('what is left', () => {
  test('stays right when thousands of entries are added up, also under concurrent submissions and refunds', async () => {
    const customer = await createCustomer(3_000);
    const { user, taskId, organizationId } = customer;
    const { pool } = sightline.database;
    await pool.query(
      `insert into credit_entry (id, organization_id, amount, reason, batch_id)
       select gen_random_uuid(), $1, -1, 'ANALYSIS', gen_random_uuid() from generate_series(1, 2000)`,
      [organizationId],
    );
    const image = await imageOf('red');
    const batches = await Promise.all(Array.from({ length: 6 }, () => submit(user, { taskId, images: [image] })));
    await Promise.all(
      batches.map(({ items }) => end(sightline, items[0].analysis.id, { to: 'CANCELED' }, { ran: false })),
    );
    await submit(user, { taskId, images: [image, image] });
    expect(await usageOf(customer)).toMatchObject({ creditsAvailable: 998, creditsConsumed: 2_002 });
    const { rows } = await pool.query(
      `select folded_credits::integer as folded, (select sum(amount)::integer from credit_entry where organization_id = $1) as sum,
         (select count(*)::integer from credit_entry where organization_id = $1 and not folded) as unfolded
       from organization where id = $1`,
      [organizationId],
    );
    expect(rows[0].sum).toBe(998);
    expect(rows[0].folded).not.toBe(0);
    expect(rows[0].unfolded).toBeLessThan(20);
  });
});

describe('a credit is given back', () => {
  const failed = (code: 'INTERNAL' | 'ENGINE_CRASHED' | 'MODEL_UNAVAILABLE' | 'INVALID_IMAGE') =>
    ({ to: 'FAILED', failure: { code, message: 'It failed.', retryable: false } }) as const;

  test.each([
    ['failed for a reason of the server', failed('INTERNAL'), true, 1],
    ['killed engines', failed('ENGINE_CRASHED'), true, 1],
    ['needed a model that is not there', failed('MODEL_UNAVAILABLE'), false, 1],
    ['was canceled before it ran', { to: 'CANCELED' } as const, false, 1],
    ['was canceled while it ran', { to: 'CANCELED' } as const, true, 0],
    ['succeeded', { to: 'SUCCEEDED' } as const, true, 0],
    ['was of a picture that could not be decoded', failed('INVALID_IMAGE'), true, 0],
  ])('of an analysis that %s, or not', async (_title, move, ran, refunded) => {
    const customer = await createCustomer(10);
    const { user, taskId } = customer;
    const { batch, items } = await submit(user, { taskId, images: [await imageOf('red'), await imageOf('blue')] });
    const alone = await recognize(user, { taskId, image: await imageOf('red'), waitSeconds: 0 });
    await end(sightline, items[0].analysis.id, move, { ran });
    await end(sightline, alone.analysis.id, move, { ran });
    const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Batch { creditsConsumed } } }', {
      id: batch.id,
    });
    expect(node.creditsConsumed).toBe(2 - refunded);
    expect(await usageOf(customer)).toMatchObject({
      creditsAvailable: 7 + 2 * refunded,
      creditsConsumed: 3 - 2 * refunded,
    });
  });

  test('once, through the API, to the batch that paid', async () => {
    const customer = await createCustomer(10);
    const { user, taskId } = customer;
    const images = [await imageOf('red', { idempotencyKey: 'a' })];
    const paid = await submit(user, { taskId, images });
    const replayed = await submit(user, { taskId, images: [...images, await imageOf('blue')] });
    const cancel = `mutation ($target: AnalysisTarget!) { cancelAnalyses(target: $target) { results { __typename } } }`;
    for (const batchId of [paid.batch.id, paid.batch.id, replayed.batch.id])
      await user.run(cancel, { target: { batchId } });
    const { batches } = await user.run('{ batches { edges { node { id creditsConsumed } } } }');
    expect(batches.edges.map(({ node }: Data) => node.creditsConsumed)).toEqual([0, 0]);
    expect(await usageOf(customer)).toMatchObject({ creditsAvailable: 10, creditsConsumed: 0 });
  });
});

describe('without enough credits', () => {
  test('a batch is refused as a whole, and leaves nothing behind', async () => {
    const customer = await createCustomer(2);
    const { user, taskId } = customer;
    const images = await Promise.all(['red', 'green', 'blue'].map((colour) => imageOf(colour)));
    expect(await submit(user, { taskId, images })).toMatchObject({
      __typename: 'InsufficientCreditsError',
      code: 'INSUFFICIENT_CREDITS',
      required: 3,
      available: 2,
    });
    const { batches, images: stored } = await user.run('{ batches { totalCount } images { totalCount } }');
    expect([batches.totalCount, stored.totalCount, await countFiles(customer)]).toEqual([0, 0, 0]);
    expect(await usageOf(customer)).toMatchObject({ creditsAvailable: 2 });
    expect((await submit(user, { taskId, images: images.slice(1) })).batch.creditsConsumed).toBe(2);
    expect(await countFiles(customer)).toBe(2);
  });

  test('recognizeImage is refused', async () => {
    const { user, taskId } = await createCustomer(0);
    const result = await recognize(user, { taskId, image: await imageOf('red'), waitSeconds: 0 });
    expect(result).toMatchObject({ __typename: 'InsufficientCreditsError', required: 1, available: 0 });
  });

  test('fifty submissions at the same time against credits for ten end with exactly ten', async () => {
    const customer = await createCustomer(10);
    const { user, taskId } = customer;
    const image = await imageOf('red');
    const results = await Promise.all(Array.from({ length: 50 }, () => submit(user, { taskId, images: [image] })));
    const taken = results.filter(({ __typename }) => __typename === 'SubmitBatchPayload');
    const refused = results.filter(({ __typename }) => __typename === 'InsufficientCreditsError');
    expect([taken.length, refused.length]).toEqual([10, 40]);
    expect(await usageOf(customer)).toMatchObject({ creditsAvailable: 0, creditsConsumed: 10 });
    const { analyses } = await user.run('{ analyses { totalCount } }');
    expect(analyses.totalCount).toBe(10);
  });

  test('submissions of several pictures at the same time take what fits, never more', async () => {
    const customer = await createCustomer(10);
    const { user, taskId } = customer;
    const images = await Promise.all(['red', 'blue', 'green'].map((colour) => imageOf(colour)));
    const results = await Promise.all(Array.from({ length: 12 }, () => submit(user, { taskId, images })));
    expect(results.filter(({ __typename }) => __typename === 'SubmitBatchPayload')).toHaveLength(3);
    expect(await usageOf(customer)).toMatchObject({ creditsAvailable: 1, creditsConsumed: 9 });
  });
});
