import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '../support/client.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';

let sightline: TestSightline;
beforeAll(async () => {
  sightline = await startTestSightline();
});
afterAll(() => sightline?.close());

/** Statements of the server that wait for a lock of somebody. */
async function countWaiting(): Promise<number> {
  const { rows } = await sightline.database.pool.query<{ waiting: number }>(
    "select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows[0]!.waiting;
}

test('a query that waits for a lock is answered, and what it asked the database ends soon after', async () => {
  const { apiKey, database, url } = sightline;
  const holder = await database.pool.connect();
  try {
    // Longer than a transaction may stay idle by default.
    await holder.query(
      'begin; set local idle_in_transaction_session_timeout = 0; lock table catalog_item in access exclusive mode',
    );
    const answer = request(url, { apiKey, query: '{ catalogItems { edges { node { id } } } }' });
    // Beside it others are served.
    expect((await request(url, { apiKey, query: '{ tasks { edges { node { id } } } }' })).status).toBe(200);
    await expect.poll(countWaiting).toBe(1);
    const { status, body } = await answer;
    expect([status, body.errors?.[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
    expect(await countWaiting()).toBe(1);
    await expect.poll(countWaiting, { timeout: 30_000 }).toBe(0);
  } finally {
    // Not used again, so that a failure above closes it, too.
    holder.release(true);
  }
  expect((await request(url, { apiKey, query: '{ catalogItems { edges { node { id } } } }' })).status).toBe(200);
});
