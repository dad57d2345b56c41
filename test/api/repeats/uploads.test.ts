import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { request } from '../../support/client.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { submit } from './client.ts';

/** Keys of createUploads and rerunAnalyses. */
let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

let user: User;
beforeEach(async () => {
  user = createUser({ url: sightline.url, apiKey: (await sightline.createTenant()).apiKey });
});

const createUploads = /* GraphQL */ `
  mutation ($uploads: [CreateUploadInput!]!, $key: String) {
    createUploads(uploads: $uploads, idempotencyKey: $key) {
      __typename
      ... on CreateUploadsPayload { uploads { id url expiresAt } }
      ... on IdempotencyConflictError { idempotencyKey }
      ... on ValidationError { issues { path } }
    }
  }
`;

const files = [
  { filename: 'a.jpg', mimeType: 'image/jpeg' },
  { filename: 'b.png', mimeType: 'image/png', byteSize: 1000 },
];

async function create(key: string | null, uploads = files, headers: Record<string, string> = {}): Promise<Data> {
  const { url, apiKey } = user;
  const { body } = await request(url, { apiKey, query: createUploads, variables: { uploads, key }, headers });
  return body.data.createUploads;
}

test('createUploads makes the places of one key once, also for twins at the same time', async () => {
  const twins = await Promise.all(Array.from({ length: 6 }, () => create('a')));
  for (const twin of twins) expect(twin).toEqual(twins[0]);
  expect(twins[0].uploads).toHaveLength(2);
  expect(await create(null, files, { 'idempotency-key': 'a' })).toEqual(twins[0]);
  const { rows } = await sightline.database.pool.query(
    "select count(*)::int as uploads from upload where filename = 'a.jpg'",
  );
  expect(rows).toEqual([{ uploads: 1 }]);
});

test('createUploads refuses the key for other files, and makes others without it', async () => {
  const first = await create('a');
  expect(await create('a', files.slice(1))).toEqual({ __typename: 'IdempotencyConflictError', idempotencyKey: 'a' });
  const other = await create(null);
  expect(other.uploads[0].id).not.toBe(first.uploads[0].id);
  expect(await create('b', files, { 'idempotency-key': 'c' })).toMatchObject({
    issues: [{ path: ['idempotencyKey'] }],
  });
});

test('createUploads says so when what was made under its key is gone, with the image that was made of it', async () => {
  const [upload] = (await create('a', files.slice(0, 1))).uploads;
  const add = `mutation ($id: ID!) { uploadImages(images: [{ source: { uploadId: $id } }]) {
    results { ... on Image { id } } } }`;
  const { results } = (await user.run(add, { id: upload.id })).uploadImages;
  await user.run(`mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }`, { ids: [results[0].id] });
  expect(await create('a', files.slice(0, 1))).toEqual({
    __typename: 'ValidationError',
    issues: [{ path: ['idempotencyKey'] }],
  });
  expect((await create('b', files.slice(0, 1))).uploads).toHaveLength(1);
});

test('rerunAnalyses runs again once under a key, also for twins at the same time', async () => {
  const images = [{ source: { base64: 'bm8gcGljdHVyZQ==' } }];
  const { batch } = await submit(user, { taskId: await createTask(user), images });
  const query = `mutation ($input: RerunInput!) { rerunAnalyses(input: $input) {
    __typename ... on SubmitBatchPayload { replayed batch { id } } } }`;
  const input = { target: { batchId: batch.id }, scope: 'ALL', idempotencyKey: 'a' };
  const run = async (more = {}) => (await user.run(query, { input: { ...input, ...more } })).rerunAnalyses;
  const twins = await Promise.all(Array.from({ length: 4 }, () => run()));
  expect(new Set(twins.map((twin) => twin.batch.id)).size).toBe(1);
  expect(twins.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect((await run({ scope: 'FAILED' })).__typename).toBe('IdempotencyConflictError');
});
