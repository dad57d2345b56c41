import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { removeOldKeys } from '../../../src/idempotency/idempotency.repository.ts';
import { answer, request, upload } from '../../support/client.ts';
import { picture } from '../../support/pictures.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';
import { ageKeys, end, imageOf, recognize, recognizeImage, submit, submitBatch } from './client.ts';

/** Whole requests under a key: the input's, or the header Idempotency-Key. */
let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

let user: User;
let taskId: string;
beforeEach(async () => {
  user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant({ scopes: ['ADMIN'] })).apiKey });
  taskId = await createTask(user);
});

async function countBatches(): Promise<number> {
  return (await user.run('{ batches { totalCount } }')).batches.totalCount;
}

describe('a request under a key', () => {
  test('that is repeated gets the first answer, and nothing is done again', async () => {
    const input = { taskId, images: [await imageOf('red'), await imageOf('blue')], idempotencyKey: 'a' };
    const first = await submit(user, input);
    const second = await submit(user, input);
    expect(first).toMatchObject({ __typename: 'SubmitBatchPayload', replayed: false });
    expect(second).toEqual({ ...first, replayed: true });
    expect(await countBatches()).toBe(1);
  });

  test('is the same in the input and in the header, and the same whether a file comes as base64 or as a part', async () => {
    const bytes = await picture({ colour: 'lime' });
    const image = { source: { base64: bytes.toString('base64') }, metadata: { b: 1, a: '2' } };
    const first = await submit(user, { taskId, images: [image], idempotencyKey: 'a' });
    const input = { images: [{ metadata: { a: '2', b: 1 }, source: { upload: null } }], taskId, priority: 'NORMAL' };
    const { body } = await upload(sightline.url, {
      apiKey: user.apiKey,
      query: submitBatch,
      variables: { input },
      files: { 'variables.input.images.0.source.upload': new Blob([bytes]) },
      headers: { 'idempotency-key': 'a' },
    });
    expect(body.data.submitBatch).toEqual({ ...first, replayed: true });
  });

  test.each<[string, (input: Record<string, never>) => unknown]>([
    ['another picture', async () => ({ images: [await imageOf('gray')] })],
    ['another broken picture', async () => ({ images: [{ source: { base64: 'bm8gcGljdHVyZQ==' } }] })],
    ['one more picture', async () => ({ images: [await imageOf('red'), await imageOf('red')] })],
    ['another priority', async () => ({ priority: 'BULK' })],
    ['other metadata', async () => ({ images: [await imageOf('red', { metadata: { a: 1 } })] })],
  ])('cannot be used for %s', async (_title, change) => {
    const input = { taskId, images: [await imageOf('red')], idempotencyKey: 'a' };
    await submit(user, input);
    expect(await submit(user, { ...input, ...((await change({})) as object) })).toMatchObject({
      __typename: 'IdempotencyConflictError',
      code: 'IDEMPOTENCY_KEY_REUSED',
      idempotencyKey: 'a',
    });
    expect(await countBatches()).toBe(1);
  });

  test('tells pictures that cannot be used apart by their bytes, too', async () => {
    const images = (text: string) => [{ source: { base64: Buffer.from(text).toString('base64') } }];
    const first = await submit(user, { taskId, images: images('no picture'), idempotencyKey: 'a' });
    expect(first.items[0].analysis.status).toBe('FAILED');
    const again = await submit(user, { taskId, images: images('no picture'), idempotencyKey: 'a' });
    expect(again).toEqual({ ...first, replayed: true });
    const other = await submit(user, { taskId, images: images('no photo'), idempotencyKey: 'a' });
    expect(other.__typename).toBe('IdempotencyConflictError');
  });

  test('is answered as at first although its task is gone', async () => {
    const input = { taskId, images: [await imageOf('red')], idempotencyKey: 'a' };
    const first = await submit(user, input);
    await user.run('mutation ($id: ID!) { deleteTask(id: $id) { __typename } }', { id: taskId });
    expect(await submit(user, input)).toMatchObject({ replayed: true, batch: { id: first.batch.id } });
    expect(await submit(user, { ...input, idempotencyKey: 'b' })).toMatchObject({ __typename: 'NotFoundError' });
  });

  test('is free again when the request failed', async () => {
    const images = [await imageOf('red')];
    const unknown = 'task_01jd3k8m2ve5x9q0r7t4w6y8z1';
    const failed = await submit(user, { taskId: unknown, images, idempotencyKey: 'a' });
    expect(failed.__typename).toBe('NotFoundError');
    expect(await submit(user, { taskId, images, idempotencyKey: 'a' })).toMatchObject({ replayed: false });
  });

  test('is free again after 24 hours, for the same or for another request, before and after cleaning', async () => {
    const input = { taskId, images: [await imageOf('red')], idempotencyKey: 'a' };
    const ids = [(await submit(user, input)).batch.id];
    await ageKeys(sightline, 23);
    expect((await submit(user, input)).replayed).toBe(true);
    await ageKeys(sightline, 2);
    ids.push((await submit(user, { ...input, priority: 'BULK' })).batch.id);
    await ageKeys(sightline, 25);
    await removeOldKeys(sightline.database.db);
    const left = await sightline.database.pool.query("select from idempotency_key where key = 'a'");
    expect(left.rowCount).toBe(0);
    ids.push((await submit(user, input)).batch.id);
    expect(new Set(ids).size).toBe(3);
    expect(await countBatches()).toBe(3);
  });

  test('is one organisation’s own, and one mutation’s own', async () => {
    const input = { taskId, images: [await imageOf('red')], idempotencyKey: 'a' };
    await submit(user, input);
    const other = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
    const theirs = await submit(other, { ...input, taskId: await createTask(other) });
    expect(theirs).toMatchObject({ __typename: 'SubmitBatchPayload', replayed: false });
    const recognized = await recognize(user, { taskId, image: input.images[0], waitSeconds: 0, idempotencyKey: 'a' });
    expect(recognized).toMatchObject({ __typename: 'RecognizeImagePayload', replayed: false });
  });

  test.each([
    ['the input', { idempotencyKey: '' }, {}],
    ['the input', { idempotencyKey: 'k'.repeat(256) }, {}],
    ['the header', {}, { 'idempotency-key': 'k'.repeat(256) }],
    ['both', { idempotencyKey: 'a' }, { 'idempotency-key': 'b' }],
  ])('is refused in %s when it is too short, too long or contradicts the other', async (_place, key, headers) => {
    const result = await submit(user, { taskId, images: [await imageOf('red')], ...key }, headers as never);
    expect(result).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['idempotencyKey'] }] });
    expect(await countBatches()).toBe(0);
  });
});

describe('the header Idempotency-Key', () => {
  const twice = /* GraphQL */ `
    mutation ($input: SubmitBatchInput!) {
      one: submitBatch(input: $input) { ...Done }
      two: submitBatch(input: $input) { ...Done }
    }
    fragment Done on SubmitBatchPayload { replayed batch { id } }
  `;

  test('does not count beside another root field', async () => {
    const input = { taskId, images: [await imageOf('red')] };
    const headers = { 'idempotency-key': 'a' };
    const { body } = await request(user.url, { apiKey: user.apiKey, query: twice, variables: { input }, headers });
    expect(body.data.one.replayed).toBe(false);
    expect(body.data.two.replayed).toBe(false);
    expect(body.data.two.batch.id).not.toBe(body.data.one.batch.id);
  });

  test('does not count for operations that are sent together', async () => {
    const variables = { input: { taskId, images: [await imageOf('red')] } };
    const { body } = await answer(
      await fetch(`${user.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': user.apiKey, 'idempotency-key': 'a' },
        body: JSON.stringify([
          { query: submitBatch, variables },
          { query: submitBatch, variables },
        ]),
      }),
    );
    const batches = body.map(({ data }: { data: { submitBatch: { batch: { id: string } } } }) => data.submitBatch);
    expect(new Set(batches.map(({ batch }: { batch: { id: string } }) => batch.id)).size).toBe(2);
  });
});

describe('twins at the same time', () => {
  test('make one batch', async () => {
    const input = { taskId, images: [await imageOf('red'), await imageOf('blue')], idempotencyKey: 'a' };
    for (let round = 0; round < 3; round += 1) {
      const twins = await Promise.all(
        Array.from({ length: 8 }, () => submit(user, { ...input, idempotencyKey: `round-${round}` })),
      );
      expect(new Set(twins.map(({ batch }) => batch.id)).size).toBe(1);
      expect(twins.filter(({ replayed }) => !replayed)).toHaveLength(1);
    }
    expect(await countBatches()).toBe(3);
  });

  test('that ask for different things: one is done, the others conflict', async () => {
    const images = await Promise.all(['red', 'green', 'blue', 'black'].map((colour) => imageOf(colour)));
    const results = await Promise.all(
      images.map((image) => submit(user, { taskId, images: [image], idempotencyKey: 'a' })),
    );
    const kinds = results.map(({ __typename }) => __typename).sort();
    expect(kinds).toEqual([...Array(3).fill('IdempotencyConflictError'), 'SubmitBatchPayload']);
    expect(await countBatches()).toBe(1);
  });

  test('of recognizeImage wait for one analysis, and both are told its end', async () => {
    const input = { taskId, image: await imageOf('red'), waitSeconds: 20, idempotencyKey: 'a' };
    const twins = Promise.all([recognize(user, input), recognize(user, { ...input, waitSeconds: 19 })]);
    const waiting = async () => (await user.run('{ analyses { edges { node { id } } } }')).analyses.edges;
    await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1);
    const [{ node }] = await waiting();
    const failure = { code: 'INVALID_IMAGE', message: 'Cut off.', retryable: false } as const;
    await end(sightline, node.id, { to: 'FAILED', failure });
    const answers = await twins;
    for (const { analysis, timedOut } of answers) {
      expect(analysis).toEqual({ id: node.id, status: 'FAILED', failure: { code: 'INVALID_IMAGE' } });
      expect(timedOut).toBe(false);
    }
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(1);
    expect(recognizeImage).toContain('replayed');
    expect(await recognize(user, input)).toMatchObject({ replayed: true, analysis: { id: node.id } });
  });
});
