import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../../support/user.ts';
import { type NarrowedWorld, startNarrowedWorld } from '../session-tokens/narrowed-world.ts';
import { all, compare, countResponses, createReader, openScreens, statusChanges, submit } from './screens.ts';

let world: NarrowedWorld;
/** With keys of one organisation that may only read. */
let reader: User;
let otherReader: User;

beforeAll(async () => {
  world = await startNarrowedWorld();
  reader = await createReader(world);
  otherReader = await createReader(world);
});
afterAll(() => world?.close());

describe('50 equal subscriptions on sockets and over HTTP', () => {
  test('get the same events in the same order, and each is executed once', async () => {
    await using open = await openScreens(world);
    const operation = { query: statusChanges, variables: { taskId: world.own.ids.task } };
    const screens = [
      ...open.sockets(reader, operation, { sockets: 5, each: 8 }),
      ...(await open.http(otherReader, operation, 10)),
    ];
    const [other] = open.sockets(
      reader,
      { ...operation, query: statusChanges.replace('width', 'height') },
      { each: 1 },
    );
    // All of them are live after the first event.
    await submit(world);
    await all([...screens, other!], (screen) => screen.next());
    await open.rest();
    const before = await countResponses(world);
    const submitted: string[] = [];
    const cursors: string[] = [];
    for (let round = 0; round < 3; round++) {
      submitted.push(...(await submit(world)));
      const [first, ...rest] = await all(screens, (screen) => screen.next());
      expect(first.data.analysisEvents.analysisId).toBe(submitted.at(-1));
      expect(first.data.analysisEvents.analysis.image).toEqual({ id: world.own.ids.image, width: 60 });
      for (const result of rest) expect(result).toEqual(first);
      expect((await other!.next()).data.analysisEvents.analysis.image).toEqual({
        id: world.own.ids.image,
        height: 40,
      });
      cursors.push(first.data.analysisEvents.cursor);
      await open.rest();
    }
    const after = await countResponses(world);
    expect({ executed: after.executed - before.executed, shared: after.shared - before.shared }).toEqual({
      executed: 3 + 3,
      shared: 3 * 49,
    });
    const resumed = reader.stream(statusChanges, { ...operation.variables, after: cursors[0] });
    expect((await resumed.next()).value!.analysisId).toBe(submitted[1]);
    await reader.close();
  });

  test('get all of a burst in order', async () => {
    await using open = await openScreens(world);
    const operation = { query: statusChanges, variables: { taskId: world.own.ids.task } };
    const screens = [
      ...open.sockets(reader, operation, { sockets: 5, each: 8 }),
      ...(await open.http(otherReader, operation, 10)),
    ];
    const ids = await submit(world, 30);
    const received = await all(screens, async (screen) => {
      const seen: string[] = [];
      while (seen.length < ids.length) seen.push((await screen.next()).data.analysisEvents.analysisId);
      return seen;
    });
    for (const seen of received) expect(seen).toEqual(ids);
  });

  test('get the same error, which has one id, and go on', async () => {
    const { db } = world.sightline.database;
    await using open = await openScreens(world);
    const query = statusChanges.replace('image { id width }', 'corrections { id }');
    const operation = { query, variables: { taskId: world.own.ids.task } };
    const screens = [
      ...open.sockets(reader, operation, { sockets: 5, each: 8 }),
      ...(await open.http(otherReader, operation, 10)),
    ];
    await submit(world);
    await all(screens, (screen) => screen.next());
    await open.rest();
    await sql`alter table correction rename to correction_moved`.execute(db);
    await submit(world);
    const failed = await all(screens, (screen) => screen.next());
    await sql`alter table correction_moved rename to correction`.execute(db);
    expect(failed[0].errors).toMatchObject([{ extensions: { code: 'INTERNAL', id: expect.any(String) } }]);
    for (const { errors } of failed) expect(errors).toEqual(failed[0].errors);
    const [id] = await submit(world);
    for (const { data } of await all(screens, (screen) => screen.next()))
      expect(data.analysisEvents.analysisId).toBe(id);
  });
});

test('a response is shared by keys with the same scopes, whatever their filters', async () => {
  const operation = (status: string[] | undefined) => ({
    query: statusChanges,
    variables: { taskId: world.own.ids.task, ...(status && { status }) },
  });
  const { results, executed } = await compare(world, [
    [reader, operation(undefined)],
    [otherReader, operation(['QUEUED', 'FAILED'])],
  ]);
  expect(results[1]).toEqual(results[0]);
  expect(executed).toBe(1);
});
