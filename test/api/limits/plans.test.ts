import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';

let server: TestSightline;
beforeAll(async () => {
  server = await startTestSightline();
});
afterAll(() => server?.close());

const query = '{ viewer { organization { plan { name label maxBatchSize } } } }';

test('a plan that the operator has added is CUSTOM, under its own label', async () => {
  await server.database.db
    .insertInto('plan')
    .values({ name: 'RESEARCH', max_batch_size: 7, request_cost_per_minute: 100_000, max_storage_bytes: null })
    .execute();
  const user = createUser({ url: server.url, apiKey: (await server.createTenant({ plan: 'RESEARCH' })).apiKey });
  const { viewer } = await user.run(query);
  expect(viewer.organization.plan).toEqual({ name: 'CUSTOM', label: 'RESEARCH', maxBatchSize: 7 });
});

test('a plan of the server has its own name as its label', async () => {
  const { viewer } = await createUser(server).run(query);
  expect(viewer.organization.plan).toMatchObject({ name: 'UNLIMITED', label: 'UNLIMITED' });
});
