import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHints, type Hints } from '../../../src/events/hints.ts';
import { newId } from '../../../src/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startSeverableProxy } from '../../support/severable-proxy.ts';
import { newEvent, nextEvent, request, silent, startLogProcess, writeEvents } from './log-fixture.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function make(): Hints {
  return createHints({ db: database.db, listenUrl: database.url, logger: silent });
}

/** Settles with the next hint of a kind. */
function heard(hints: Hints, kind: 'eventsWritten' | 'jobsCanceled'): Promise<void> {
  return new Promise((resolve) => {
    const stop = hints.on(kind, () => {
      stop();
      resolve();
    });
  });
}

describe('hints', () => {
  test('arrive in this process at once, without a connection', async () => {
    const hints = make();
    let count = 0;
    const stop = hints.on('jobsCanceled', () => count++);
    hints.jobsCanceled();
    expect(count).toBe(1);
    hints.eventsWritten();
    stop();
    hints.jobsCanceled();
    expect(count).toBe(1);
    await hints.close();
  });

  test('arrive in other processes by kind, and not a second time in the one that sent them', async () => {
    const [here, there] = [make(), make()];
    await Promise.all([here.start(), there.start()]);
    let own = 0;
    here.on('eventsWritten', () => own++);
    let wrong = 0;
    there.on('jobsCanceled', () => wrong++);
    const arriving = heard(there, 'eventsWritten');
    here.eventsWritten();
    await arriving;
    // What the other one sends now is heard here after whatever was sent before.
    const answer = heard(here, 'jobsCanceled');
    there.jobsCanceled();
    await answer;
    expect(own).toBe(1);
    expect(wrong).toBe(1);
    await Promise.all([here.close(), there.close()]);
  });

  test('are one notification when they come in a burst, and the last one is not lost', async () => {
    const [here, there] = [make(), make()];
    await there.start();
    let count = 0;
    there.on('eventsWritten', () => count++);
    for (let n = 0; n < 1_000; n++) here.eventsWritten();
    const last = heard(there, 'jobsCanceled');
    await here.close();
    const again = make();
    again.jobsCanceled();
    await last;
    expect(count).toBe(2);
    await again.close();
    await there.close();
  });

  test('come once to everybody after a break, since something may have been missed', async () => {
    const hints = make();
    await hints.start();
    const all = Promise.all([heard(hints, 'eventsWritten'), heard(hints, 'jobsCanceled')]);
    await breakListeners(database);
    await all;
    const arriving = heard(hints, 'eventsWritten');
    const other = make();
    other.eventsWritten();
    await arriving;
    await other.close();
    await hints.close();
  });

  test('come again when the connection that hears them is dead and nobody has said so', async () => {
    const proxy = await startSeverableProxy(database.url);
    const listenUrl = new URL(database.url);
    listenUrl.host = new URL(proxy.url).host;
    let silences = 0;
    const hints = createHints({
      db: database.db,
      listenUrl: listenUrl.href,
      heartbeat: { everyMs: 50, rounds: 3 },
      onSilence: () => silences++,
      logger: silent,
    });
    await hints.start();
    proxy.freeze();
    proxy.mend();
    // What may have been missed is looked for.
    await Promise.all([heard(hints, 'eventsWritten'), heard(hints, 'jobsCanceled')]);
    expect(silences).toBe(1);
    const arriving = heard(hints, 'eventsWritten');
    const other = make();
    other.eventsWritten();
    await arriving;
    await other.close();
    await hints.close();
    await proxy.close();
  });

  test('are not needed for an event to arrive: a stream whose listener was cut off misses nothing', async () => {
    const process = await startLogProcess(database);
    const organizationId = newId();
    const stream = process.events.open(request(organizationId, await process.events.currentCursor()));
    for (let n = 0; n < 3; n++) {
      const arriving = nextEvent(stream);
      await breakListeners(database);
      const entityId = newId();
      await writeEvents(database.db, [newEvent(organizationId, { entityId })]);
      expect((await arriving).event.entityId).toBe(entityId);
    }
    await stream.return?.();
    await process.close();
  });

  test('can be closed while the database cannot be reached', async () => {
    const url = new URL(database.url);
    url.port = '1';
    const hints = createHints({ db: database.db, listenUrl: url.href, logger: silent });
    const ready = hints.start();
    await hints.close();
    await ready;
  });
});

async function breakListeners({ db }: TestDatabase): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'sightline-listen' and datname = current_database()`.execute(db);
}
