import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../../support/postgres-client.ts';
import { type NarrowedWorld, startNarrowedWorld } from '../session-tokens/narrowed-world.ts';
import { all, countResponses, createReader, openScreens, statusChanges, submit } from './screens.ts';

let world: NarrowedWorld;
beforeAll(async () => {
  world = await startNarrowedWorld();
});
afterAll(() => world?.close());

/** More than a process has connections for requests. */
const streams = 30;

test('what many different responses to an event read waits, leaves connections to requests, and becomes no error', async () => {
  const reader = await createReader(world);
  await using open = await openScreens(world);
  // Different selections, because equal ones are executed once.
  const screens = Array.from({ length: streams }, (_, index) => {
    const query = statusChanges.replace('image { id width }', `corrections { id${index}: id } image { id }`);
    return open.sockets(reader, { query, variables: { taskId: world.own.ids.task } }, { each: 1 });
  }).flat();
  await submit(world);
  await all(screens, (screen) => screen.next());
  const { executed } = await countResponses(world);

  const received = await withLocked('correction', async () => {
    const events = all(screens, (screen) => screen.next());
    await expect.poll(async () => (await countResponses(world)).executed).toBe(executed + streams);
    await open.rest();
    // It would wait for a connection, and get none.
    expect((await world.own.user.run('{ tasks(first: 1) { nodes { id } } }')).tasks.nodes).toHaveLength(1);
    return () => events;
  });
  for (const { errors } of received) expect(errors).toBeUndefined();
});

/**
 * Submits an analysis whose event is delivered when the table cannot be read, which it can when the work is done. A lock like that has a
 * transaction id, so it must be younger than the event: an older transaction holds the event back until the lock is there.
 */
async function withLocked<T>(table: string, work: () => Promise<() => Promise<T>>): Promise<T> {
  const { url } = world.sightline.database;
  const finish = await withClient(url, async (locking) => {
    await withClient(url, async (older) => {
      await older.query('begin; select pg_current_xact_id()');
      await submit(world);
      await locking.query(`begin; lock table ${table} in access exclusive mode`);
    });
    return work();
  });
  return finish();
}
