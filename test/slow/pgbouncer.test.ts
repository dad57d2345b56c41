import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { LivenessLock } from '../../src/database/liveness-lock.ts';
import { createTestDatabase } from '../support/database.ts';
import { expectToHold, startCluster } from './support/cluster.ts';
import { hasPgbouncer, type Pgbouncer, serverConnections, startPgbouncer } from './support/pgbouncer.ts';

const installed = hasPgbouncer();
if (!installed) console.warn('SKIPPED: pgbouncer is not installed here, so nothing of what lies behind it is tested.');

test.skipIf(!installed)(
  'requests go through a pgbouncer in transaction mode, and everything holds: streams, keys, batches, two apis and workers',
  async () => {
    let pooler: Pgbouncer | undefined;
    const cluster = await startCluster(1, async (databaseUrl) => {
      pooler = await startPgbouncer(databaseUrl);
      return { DATABASE_URL: pooler.url, DATABASE_DIRECT_URL: databaseUrl };
    });
    await expectToHold(cluster);
    const database = new URL(pooler!.url).pathname.slice(1);
    const ofDatabase = async (command: string) =>
      (await pooler!.ask(command)).find((row) => row.database === database)!;
    // They did go through it, and with fewer connections than one api opens.
    expect(Number((await ofDatabase('show stats')).total_xact_count)).toBeGreaterThan(50);
    const servers = await pooler!.ask('show servers');
    expect(servers.filter((row) => row.database === database).length).toBeLessThanOrEqual(serverConnections);
  },
);

test.skipIf(!installed)(
  'a worker takes no lock through a pgbouncer: it would stay in a session that others get, and not end with the worker',
  async () => {
    const database = await createTestDatabase();
    onTestFinished(database.drop);
    const pooler = await startPgbouncer(database.url);
    for (const [url, isHeld] of [
      [database.url, true],
      [pooler.url, false],
    ] as const) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const liveness = new LivenessLock();
      await liveness.begin(client);
      expect(liveness.key !== null).toBe(isHeld);
      await client.end();
    }
    await pooler.ask(`kill ${new URL(pooler.url).pathname.slice(1)}`);
  },
);
