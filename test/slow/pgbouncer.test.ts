import { expect, test } from 'vitest';
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
