import { createSecretKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrator.ts';
import { createDatabase, type Database } from '../../src/database/pool.ts';
import { waitForDatabase } from '../../src/database/wait-for-database.ts';
import { createHints } from '../../src/events/hints.ts';
import { Hub } from '../../src/events/hub.ts';
import { defaultLimits } from '../../src/events/hub-figures.ts';
import { appendEvents } from '../../src/events/log.ts';
import { newId } from '../../src/ids.ts';

/**
 * A transaction that writes nothing, or is rolled back, leaves no trace on the disk until the WAL writer comes by; a crash
 * before that gives its id out again. A reader that was beyond the id must not pass over what is written under it then.
 */
test('an event under a transaction id that a crashed server gives out again does not get lost', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-crash-log-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const server = await startEmbeddedServer({ dataDir });
  onTestFinished(server.stop);
  const writing = createDatabase({ url: server.superuserUrl, maxConnections: 2 });
  onTestFinished(writing.close);
  await migrate(writing);
  // One connection, so that whoever holds it holds the reader up.
  const reading = createDatabase({ url: server.superuserUrl, maxConnections: 1 });
  onTestFinished(reading.close);
  const { hub, readBeyond } = startHub(reading, server.superuserUrl);
  const incarnation = hub.incarnation;

  const organizationId = newId();
  await append(writing, organizationId);
  const walWriter = await findWalWriter(writing);
  process.kill(walWriter, 'SIGSTOP');
  const burnt = await burnTransactionIds(writing, 50);
  await readBeyond(burnt);
  const connection = await reading.pool.connect();
  connection.on('error', () => undefined);
  process.kill(walWriter, 'SIGKILL');
  await crashed(writing, walWriter);

  const reused = await append(writing, organizationId);
  expect(BigInt(reused)).toBeLessThanOrEqual(BigInt(burnt));
  await burnTransactionIds(writing, 100);
  const readBefore = hub.stats.eventsRead;
  connection.release(true);
  // It is handed out, or everybody is told to begin again.
  await readBeyond(String(BigInt(burnt) + 40n));
  expect(hub.stats.eventsRead > readBefore || hub.incarnation > incarnation).toBe(true);
});

function startHub({ db }: Database, listenUrl: string) {
  const logger = pino({ level: 'silent' });
  const hints = createHints({ db, listenUrl, logger });
  const hub = new Hub({
    db,
    hints,
    logger,
    key: { epoch: 1, secret: createSecretKey(Buffer.alloc(32)) },
    limits: defaultLimits,
  });
  hub.acquire();
  onTestFinished(async () => {
    hub.release();
    hub.close();
    await hints.close();
  });
  const readBeyond = async (xid: string) => {
    while (hub.position === null || BigInt(hub.position.xid) <= BigInt(xid)) {
      hub.poke();
      await new Promise<void>((resolve) => hub.onceAdvanced(resolve));
    }
  };
  return { hub, readBeyond };
}

/** @returns the id of its transaction. */
function append({ db }: Database, organizationId: string): Promise<string> {
  return db.transaction().execute(async (trx) => {
    await appendEvents(trx, [{ organizationId, kind: 'ANALYSIS', entityId: newId(), state: { status: 'QUEUED' } }]);
    const { xid } = await trx.selectFrom('event').select('xid').orderBy('id', 'desc').executeTakeFirstOrThrow();
    return String(xid);
  });
}

/** @returns the last of them. */
async function burnTransactionIds({ pool }: Database, count: number): Promise<string> {
  const client = await pool.connect();
  try {
    let last = '';
    for (let burnt = 0; burnt < count; burnt += 1) {
      await client.query('begin');
      last = (await client.query<{ xid: string }>('select pg_current_xact_id()::text as xid')).rows[0]!.xid;
      await client.query('rollback');
    }
    return last;
  } finally {
    client.release();
  }
}

async function findWalWriter({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'walwriter'`,
  );
  return rows[0]!.pid;
}

/** Until another WAL writer works: the server has taken down everything and come back. */
async function crashed(database: Database, walWriter: number): Promise<void> {
  for (;;) {
    await waitForDatabase(database.pool);
    const now = await findWalWriter(database).catch(() => walWriter);
    if (now !== walWriter) return;
  }
}
