import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pictureBase64 } from '../../support/pictures.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

let server: TestSightline;
let user: User;
beforeAll(async () => {
  server = await startTestSightline();
  user = createUser(server);
});
afterAll(() => server?.close());

const createTask = (input: object): Promise<Data> =>
  user
    .run(
      'mutation ($input: CreateTaskInput!) { createTask(input: $input) { __typename ... on Task { id name } ... on UserError { code } } }',
      { input },
    )
    .then((data) => data.createTask);

const createItem = (input: object): Promise<Data> =>
  user
    .run(
      'mutation ($input: CreateCatalogItemInput!) { createCatalogItem(input: $input) { __typename ... on CatalogItem { id name } ... on UserError { code } } }',
      { input },
    )
    .then((data) => data.createCatalogItem);

describe.each([
  ['createTask', 'Task', (more: object) => createTask({ name: 'Shelves', ...more })],
  [
    'createCatalogItem',
    'CatalogItem',
    async (more: object) => createItem({ name: 'Tea', thumbnail: { base64: await pictureBase64() }, ...more }),
  ],
] as const)('%s under an idempotency key', (_mutation, typename, create) => {
  test('makes one object however often it is repeated, also at the same moment', async () => {
    const idempotencyKey = `same-${typename}`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => create({ idempotencyKey })));
    const again = await create({ idempotencyKey });
    expect(again.__typename).toBe(typename);
    expect(new Set([...answers, again].map(({ id }) => id)).size).toBe(1);
  });

  test('refuses the key for something else', async () => {
    const idempotencyKey = `other-${typename}`;
    expect((await create({ idempotencyKey })).__typename).toBe(typename);
    const answer = await create({ idempotencyKey, name: 'Another' });
    expect(answer).toEqual({ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('leaves the key free when nothing was made', async () => {
    const idempotencyKey = `free-${typename}`;
    expect((await create({ idempotencyKey, name: '' })).code).toBe('VALIDATION_FAILED');
    expect((await create({ idempotencyKey })).__typename).toBe(typename);
  });
});
