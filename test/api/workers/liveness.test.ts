import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import {
  asLeader,
  beat,
  declareSilentDead,
  silentAfterSeconds,
} from '../../../src/analyses/worker-processes.repository.ts';
import { LivenessLock } from '../../../src/database/liveness-lock.ts';
import { createHints, type Hints } from '../../../src/events/hints.ts';
import { newId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import { watchConnections } from '../../../workers/watch-connections.ts';
import { claimAny } from '../../support/claims.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { awaitEnd, createTask, submitBatch } from '../../support/recognition.ts';
import { startSeverableProxy } from '../../support/severable-proxy.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser } from '../../support/user.ts';
import { startWorkerBeside } from '../../support/worker-beside.ts';

const logger = createLogger({ level: 'silent', format: 'json' });
/** Until a worker judges others, and then until it declares one dead. */
const settlingChecks = 5;
const checksUntilDead = 3;

let sightline: TestSightline;
let judge: { hints: Hints; liveness: LivenessLock };
beforeAll(async () => {
  sightline = await startTestSightline();
  judge = await holdLock(sightline.database.url);
});
afterEach(() => sightline.database.db.deleteFrom('worker_process').execute());
afterAll(async () => {
  await judge?.hints.close();
  await sightline?.close();
});

async function holdLock(listenUrl: string) {
  const liveness = new LivenessLock();
  const hints = createHints({ db: sightline.database.db, listenUrl, session: liveness, logger });
  await hints.start();
  return { hints, liveness };
}

/** Checks of a worker that has held its lock for long enough. @returns how many workers each of them declared dead. */
async function settledChecks() {
  const check = watchConnections(sightline.database, judge.liveness);
  const run = async (count: number) => {
    const dead: number[] = [];
    for (let n = 0; n < count; n++) dead.push((await check())?.workers ?? 0);
    return dead;
  };
  await run(settlingChecks);
  return run;
}

/** A worker in a process of its own. */
async function startMember(id: string): Promise<ChildProcess> {
  const program = path.join(import.meta.dirname, 'support/liveness-process.ts');
  const child = fork(program, [sightline.database.url, id]);
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await once(child, 'message');
  return child;
}

async function readMember(id: string) {
  return sightline.database.db
    .selectFrom('worker_process')
    .select(['liveness_key as key', 'heartbeat_at as at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Resolves when the server has released the lock. */
async function untilFree(key: string): Promise<void> {
  await vi.waitUntil(
    async () => {
      const { rows } = await sql<{ free: boolean }>`
        select pg_try_advisory_xact_lock(${key}) as free`.execute(sightline.database.db);
      return rows[0]!.free;
    },
    { timeout: 10_000 },
  );
}

async function submit(count: number) {
  const user = createUser(sightline);
  onTestFinished(() => user.close());
  const source = { base64: await pictureBase64() };
  const images = Array.from({ length: count }, () => ({ source }));
  const submitted = await submitBatch(user, images, { taskId: await createTask(user) });
  return { user, submitted };
}

test('a worker that was killed is dead after three checks, and what it held can be claimed', async () => {
  const [id, heir] = [newId(), newId()];
  const member = await startMember(id);
  await submit(2);
  const { db } = sightline.database;
  expect(await claimAny(db, id, 10)).toHaveLength(2);
  const checks = await settledChecks();
  expect(await checks(checksUntilDead + 1)).toEqual([0, 0, 0, 0]);
  const { key } = (await readMember(id))!;
  member.kill('SIGKILL');
  await untilFree(key!);
  expect(await checks(checksUntilDead)).toEqual([0, 0, 1]);
  expect(await readMember(id)).toBeUndefined();
  await beat(db, { id: heir, poolIds: [], dataDirId: null, livenessKey: null, host: 'test', pid: 1, version: '0' }, []);
  expect(await claimAny(db, heir, 10)).toHaveLength(2);
  expect(await checks(1)).toEqual([0]);
});

test('a worker that is suspended keeps its lock, and is dead when it has been silent for twenty seconds', async () => {
  const id = newId();
  const member = await startMember(id);
  member.kill('SIGSTOP');
  const checks = await settledChecks();
  expect(await checks(2 * checksUntilDead)).toEqual([0, 0, 0, 0, 0, 0]);
  const { db } = sightline.database;
  expect(await asLeader(db, declareSilentDead)).toMatchObject({ workers: 0 });
  await sql`update worker_process set heartbeat_at = now() - interval '21 seconds' where id = ${id}`.execute(db);
  expect(await asLeader(db, declareSilentDead)).toMatchObject({ workers: 1 });
});

test('a worker behind a network that swallows everything is judged by its silence alone', async () => {
  const proxy = await startSeverableProxy(sightline.database.url);
  const url = new URL(sightline.database.url);
  url.host = new URL(proxy.url).host;
  const { hints, liveness } = await holdLock(url.href);
  onTestFinished(async () => {
    // First, because saying good-bye through it would take forever.
    await proxy.close();
    await hints.close();
  });
  const worker = { poolIds: [], dataDirId: null, livenessKey: liveness.key, host: 'test', pid: 1, version: '0' };
  await beat(sightline.database.db, { id: newId(), ...worker }, []);
  proxy.freeze();
  const checks = await settledChecks();
  expect(await checks(2 * checksUntilDead)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('a living worker whose connections are cut takes another lock, is not declared dead, and goes on with its work', async () => {
  const { db, url } = sightline.database;
  const { id } = await startWorkerBeside(sightline, { modelsDir: inject('pinnedModels') });
  const { user, submitted } = await submit(4);
  const { at: startedAt } = (await readMember(id))!;
  const checks = await settledChecks();
  for (let cut = 1; cut <= 3; cut++) {
    const { key } = (await readMember(id))!;
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
       and (classid::bigint << 32 | objid::bigint) = $1::bigint and pid <> pg_backend_pid()`,
      [key],
    );
    await client.end();
    // The heartbeat says so at once, and names the new lock as soon as there is one.
    await vi.waitUntil(async () => ![key, null].includes((await readMember(id))!.key), { timeout: 30_000 });
    expect(await checks(checksUntilDead)).toEqual([0, 0, 0]);
  }
  await awaitEnd(user, submitted);
  expect((await readMember(id))!.at.getTime()).toBeGreaterThan(startedAt.getTime());
  const ended = await db
    .selectFrom('analysis')
    .select(['status', 'attempt'])
    .where('status', '!=', 'QUEUED')
    .orderBy('id')
    .execute();
  expect(ended.slice(-4)).toEqual(Array(4).fill({ status: 'SUCCEEDED', attempt: 1 }));
});

test('a worker that finds its own lock released judges nobody by it, and says that it holds none', async () => {
  const { db, url } = sightline.database;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  const liveness = new LivenessLock();
  await liveness.begin(client);
  const worker = {
    id: newId(),
    poolIds: [],
    dataDirId: null,
    livenessKey: liveness.key,
    host: 'test',
    pid: 1,
    version: '0',
  };
  await beat(db, worker, []);
  const check = watchConnections(sightline.database, liveness);
  await check();
  expect(liveness.key).toBe(worker.livenessKey);
  let changes = 0;
  liveness.onChange(() => changes++);
  // As when a pooler that was not recognised closes its session with the server.
  await client.query('select pg_advisory_unlock_all()');
  expect(await check()).toBeNull();
  expect([liveness.key, changes]).toEqual([null, 1]);
});

test('the server does not wait for hours for a machine that has disappeared', async () => {
  const client = new pg.Client({ connectionString: sightline.database.url });
  await client.connect();
  onTestFinished(() => client.end());
  await new LivenessLock().begin(client);
  // The most that passes without an acknowledgement: half of what silence alone would take.
  const { rows } = await client.query<{ seconds: number }>(
    `select current_setting('tcp_keepalives_idle')::int
       + current_setting('tcp_keepalives_interval')::int * current_setting('tcp_keepalives_count')::int as seconds`,
  );
  expect(rows[0]!.seconds).toBe(silentAfterSeconds / 2);
});
