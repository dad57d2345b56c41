import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../../support/client.ts';
import { withClient } from '../../support/postgres-client.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

const createTask = `mutation { createTask(input: { name: "Shelves" }) { ... on Task { id } } }`;
const send = (query: string) => request(sightline.url, { apiKey: sightline.apiKey, query });
const ready = async () => (await fetch(`${sightline.url}/readyz`)).status;

test('a database that turns read-only is UNAVAILABLE to changes and not ready, still read, and written when it takes writes', async () => {
  await setReadOnly('on');
  await expect.poll(ready).toBe(503);
  const refused = await send(createTask);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(refused.body.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  expect((await send('{ tasks { totalCount } }')).status).toBe(200);

  // Sessions keep what they began with: only new connections find that it is over, as after a failover.
  await withClient(sightline.database.url, (client) => client.query(alter(`reset default_transaction_read_only`)));
  await expect.poll(async () => (await send(createTask)).status).toBe(200);
  await expect.poll(ready).toBe(200);
});

/** And ends all sessions, so that those that come are of the new sort. */
async function setReadOnly(value: 'on'): Promise<void> {
  await withClient(sightline.database.url, async (client) => {
    await client.query(alter(`set default_transaction_read_only = ${value}`));
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
  });
}

function alter(what: string): string {
  const database = pg.escapeIdentifier(new URL(sightline.database.url).pathname.slice(1));
  // Also from a session that is read-only itself.
  return `set transaction read write; alter database ${database} ${what}`;
}
