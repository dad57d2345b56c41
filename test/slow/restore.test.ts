import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connect, request } from '../support/client.ts';
import { withClient } from '../support/postgres-client.ts';
import { createInstallation } from '../support/process.ts';
import { readBatch, type Server, submitShelves } from './support/batch.ts';
import { Follower, ResyncError } from './support/follow.ts';
import { dump, findPostgres, restore, startPostgres } from './support/system-postgres.ts';

const bin = findPostgres();
if (!bin) console.warn('SKIPPED: there is no PostgreSQL with pg_dump in /usr/lib/postgresql, so no restore is tested.');

/** As docs/operations.md tells, with the SQL that stands there. */
test.skipIf(!bin)(
  'cursors of before a restore get StreamResync, into another cluster by itself, into the same one by hand',
  async () => {
    const source = await startPostgres(bin!);
    await createDatabase(source.url('postgres'), 'sightline');
    // So that ids of the log lie in the future of a cluster that is new.
    await spendTransactionIds(source.url('sightline'), 3_000);
    const installation = await createInstallation();
    const start = async (databaseUrl: string) => {
      // The pictures are restored, too: the directory is the same.
      const { start } = await createInstallation({
        DATABASE_URL: databaseUrl,
        DATA_DIR: installation.dataDir,
        BOOTSTRAP_API_KEY: installation.apiKey,
      });
      const api = await start('api');
      return { api, server: { url: api.url, apiKey: installation.apiKey } };
    };

    const before = await start(source.url('sightline'));
    const batch = await submitShelves(before.server, 2);
    const follower = new Follower(batch);
    const stream = follower.follow(before.server);
    await follower.until((changes) => changes.length === 2);
    before.api.kill('SIGTERM');
    await before.api.ended;
    expect(await stream.completed).toBe(false);
    const folder = await mkdtemp(path.join(tmpdir(), 'sightline-dump-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'sightline.dump');
    await dump(bin!, source.url('sightline'), file);

    const target = await startPostgres(bin!);
    await createDatabase(target.url('postgres'), 'sightline');
    await restore(bin!, file, target.url('sightline'));
    const elsewhere = await start(target.url('sightline'));
    expect(await readBatch(elsewhere.server, batch.id)).toMatchObject({ total: 2, processing: 2 });
    await expectReadable(elsewhere.server);
    await expectResync(elsewhere.server, follower);

    await createDatabase(source.url('postgres'), 'restored');
    await restore(bin!, file, source.url('restored'));
    const sql = await documentedSql();
    await withClient(source.url('restored'), (client) => client.query(sql));
    const same = await start(source.url('restored'));
    await expectResync(same.server, follower);
  },
);

/** An old cursor is refused once, and with the new one the stream goes on: a cancellation is heard of. */
async function expectResync(server: Server, before: Follower): Promise<void> {
  await expect(before.follow(server).completed).rejects.toThrow(ResyncError);
  const socket = connect(server.url, { apiKey: server.apiKey });
  onTestFinished(async () => void (await socket.dispose()));
  const subscription = `subscription ($after: String!) {
    analysisEvents(filter: { batchId: "${before.batch.id}" }, after: $after) {
      __typename ... on StreamEvent { cursor } ... on StreamResync { reason } ... on AnalysisStatusChanged { status }
    }
  }`;
  const after = before.changes.at(-1)!.cursor;
  const [refused] = await Array.fromAsync(socket.iterate({ query: subscription, variables: { after } }));
  expect(refused!.data!.analysisEvents).toMatchObject({ __typename: 'StreamResync', reason: 'CURSOR_FOREIGN' });
  const { cursor } = refused!.data!.analysisEvents as { cursor: string };
  const events = Array.fromAsync(socket.iterate({ query: subscription, variables: { after: cursor } }));
  const cancel = `mutation { cancelAnalyses(target: { batchId: "${before.batch.id}" }) { __typename } }`;
  await request(server.url, { apiKey: server.apiKey, query: cancel });
  expect((await events).map(({ data }) => (data!.analysisEvents as { status: string }).status)).toEqual([
    'CANCELED',
    'CANCELED',
  ]);
}

async function expectReadable({ url, apiKey }: Server): Promise<void> {
  const { body } = await request(url, { apiKey, query: '{ images(first: 1) { edges { node { url } } } }' });
  expect((await fetch(body.data.images.edges[0].node.url)).status).toBe(200);
}

function createDatabase(url: string, name: string): Promise<unknown> {
  return withClient(url, (client) => client.query(`create database ${name}`));
}

async function spendTransactionIds(url: string, count: number): Promise<void> {
  await withClient(url, async (client) => {
    for (let spent = 0; spent < count; spent += 1) await client.query('select txid_current()');
  });
}

/** What docs/operations.md has operators run. */
async function documentedSql(): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8');
  const [, sql] = /```sql\n([^`]*epoch = epoch \+ 1[^`]*)```/.exec(text)!;
  return sql!;
}
