import { createSecretKey } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHints, type Hints } from '../../../src/events/hints.ts';
import { Hub } from '../../../src/events/hub.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { newEvent, nextEvent, request, silent, startLogProcess, writeEvents } from './log-fixture.ts';

let database: TestDatabase;
let hints: Hints;

beforeAll(async () => {
  database = await createTestDatabase();
  hints = createHints({ db: database.db, listenUrl: database.url, logger: silent });
});
afterAll(async () => {
  await hints.close();
  await database.drop();
});

describe('joining the hub', () => {
  test('hands out what came between the joiner’s position and the hub’s', async () => {
    const key = { secret: createSecretKey(Buffer.alloc(32)), epoch: 1 };
    const limits = { ringEvents: 100, queuedEvents: 100, pageEvents: 100, pollMs: 500 };
    const hub = new Hub({ db: database.db, hints, logger: silent, key, limits });
    const organizationId = newId();
    const advanced = () => new Promise<void>((resolve) => hub.onceAdvanced(resolve));
    const begun = advanced();
    hub.acquire();
    await begun;
    const after = hub.position!;
    await writeEvents(database.db, [newEvent(organizationId), newEvent(organizationId)]);
    while (hub.stats.eventsRead < 2) {
      const more = advanced();
      hints.eventsWritten();
      await more;
    }
    const follower = { consider: () => true, wake: () => undefined };
    const subscriber = hub.join(follower, { filter: { organizationId, kind: 'ANALYSIS' }, after });
    expect([subscriber.take(), subscriber.take()].map((event) => event?.organizationId)).toEqual([
      organizationId,
      organizationId,
    ]);
    expect(subscriber.take()).toBe(null);
    hub.leave(subscriber);
    hub.release();
    expect(hub.position).toBe(null);
  });
});

describe('a database that cannot be reached for a while', () => {
  test('delays a stream and does not end it', async () => {
    const process = await startLogProcess(database);
    const organizationId = newId();
    const begin = await process.events.currentCursor();
    const stream = process.events.open(request(organizationId, begin));
    for (let n = 0; n < 5; n++) {
      const arriving = nextEvent(stream);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db);
      const entityId = newId();
      // The writer's own connection may be one of those.
      await writeEvents(database.db, [newEvent(organizationId, { entityId })]).catch(() =>
        writeEvents(database.db, [newEvent(organizationId, { entityId })]),
      );
      expect((await arriving).event.entityId).toBe(entityId);
    }
    await stream.return?.();
    await process.close();
  });
});
