import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Binaries, findBinaries } from '../../src/database/embedded/binaries.ts';
import {
  type EmbeddedServer,
  type EmbeddedServerOptions,
  findEmbeddedServer,
  startEmbeddedServer,
} from '../../src/database/embedded-server.ts';
import { migrate } from '../../src/database/migrator.ts';
import { createDatabase } from '../../src/database/pool.ts';
import { ensureEventPartitions, pruneEvents } from '../../src/events/log.ts';
import { urlOf, withClient } from '../support/postgres-client.ts';

const isRoot = process.getuid?.() === 0;

let dataDir: string;
let cleanUps: Array<() => unknown>;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-embedded-'));
  cleanUps = [() => rm(dataDir, { recursive: true, force: true })];
});

afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function start(options: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataDir, durable: false, ...options });
  cleanUps.push(server.stop);
  return server;
}

/** A process that starts a server and holds it, in a process group of its own as a shell would make it. */
async function startInOtherProcess(): Promise<{ child: ChildProcess; url: string }> {
  const script = path.join(import.meta.dirname, '..', 'support', 'embedded-server-process.ts');
  const child = spawn(process.execPath, [script, dataDir], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  cleanUps.push(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: JSON.parse(line).url };
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  // The whole group, as Ctrl-C and a closed terminal do.
  process.kill(-(child.pid as number), signal);
  await exited;
}

async function query<T extends object>(url: string, text: string): Promise<T[]> {
  return withClient(url, async (client) => (await client.query<T>(text)).rows);
}

function pidFile(): string {
  return path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
}

/** Not `kill(pid, 0)`: where nobody reaps orphans, an ended process is still there as a zombie. */
async function worksInCluster(pid: number): Promise<boolean> {
  const cluster = path.dirname(pidFile());
  return readlink(`/proc/${pid}/cwd`).then(
    (directory) => directory === cluster,
    () => false,
  );
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(pidFile(), 'utf8')).split('\n')[0]);
}

/** Another set of programs in a directory of ours; `links: false` leaves out what npm's install script makes. */
async function copyBinaries(options: { links: boolean }): Promise<Binaries> {
  const installed = findBinaries();
  const root = await mkdtemp(path.join(tmpdir(), 'sightline-binaries-'));
  cleanUps.push(() => rm(root, { recursive: true, force: true }));
  await cp(path.join(installed.root, 'native'), path.join(root, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (source) => options.links || !(await lstat(source)).isSymbolicLink(),
  });
  await chmod(root, 0o755);
  return { ...installed, root };
}

describe('startEmbeddedServer', () => {
  test('keeps data and port from one start to the next', async () => {
    const first = await start({ durable: true });
    await query(first.url, 'create table kept (n integer); insert into kept values (42)');
    await first.stop();
    const second = await start({ durable: true });
    expect(second.adopted).toBe(false);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  test('writes commits through to the disk unless it is told that nothing has to last', async () => {
    const durable = await start({ durable: true });
    expect(await query(durable.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await durable.stop();
    const fast = await start({ durable: false });
    expect(await query(fast.url, 'show fsync')).toEqual([{ fsync: 'off' }]);
  });

  test('runs as an unprivileged user and shows its password to nobody else', async () => {
    await start();
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(isRoot ? 65534 : process.getuid?.());
    expect((await stat(path.join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
  });

  test('asks for the password', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('lets nobody work as superuser: the role that owns the database reads no files and makes no databases', async () => {
    const { url } = await start();
    expect(await query(url, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([
      { rolsuper: false },
    ]);
    await expect(query(url, `select pg_read_file('postgresql.conf')`)).rejects.toMatchObject({ code: '42501' });
    await expect(query(url, `copy (select 1) to program 'true'`)).rejects.toMatchObject({ code: '42501' });
    await expect(query(url, 'create database another')).rejects.toMatchObject({ code: '42501' });
    expect((await stat(path.join(dataDir, 'postgres', 'app-password'))).mode & 0o777).toBe(0o600);
  });

  test('hands a database that the superuser made, as 0.1.0 did, over with everything in it', async () => {
    const first = await start();
    await query(urlOf(first.superuserUrl, 'postgres'), 'drop database sightline');
    await query(urlOf(first.superuserUrl, 'postgres'), 'drop role sightline_app');
    await query(urlOf(first.superuserUrl, 'postgres'), 'create database sightline');
    const old = createDatabase({ url: first.superuserUrl, maxConnections: 2 });
    await migrate(old);
    await ensureEventPartitions(old.db, 1);
    await old.close();
    await first.stop();
    await rm(path.join(dataDir, 'postgres', 'app-password'));

    const { url } = await start();
    expect(new URL(url).username).toBe('sightline_app');
    const database = createDatabase({ url, maxConnections: 2 });
    cleanUps.push(database.close);
    expect(await migrate(database)).toEqual([]);
    // What needs the owner: partitions are made and dropped, tables changed; and jobs are added, whose rows nobody else sees.
    await ensureEventPartitions(database.db, 3);
    await pruneEvents(database.db, -2);
    await query(url, 'alter table analysis add column later text');
    await query(url, `select graphile_worker.add_job('test')`);
    expect(await query(url, 'select identifier from graphile_worker._private_tasks')).toEqual([{ identifier: 'test' }]);
    expect(
      await query(
        url,
        `select relname from pg_class c join pg_namespace n on n.oid = relnamespace
         where nspname in ('public', 'graphile_worker') and relowner <> (select oid from pg_roles where rolname = current_user)`,
      ),
    ).toEqual([]);
  });

  test('leaves no process and no lock behind when it is stopped, even twice', async () => {
    const server = await start();
    const pid = await postmasterPid();
    await expect(worksInCluster(pid)).resolves.toBe(true);
    await Promise.all([server.stop(), server.stop()]);
    await expect(worksInCluster(pid)).resolves.toBe(false);
    expect(await findEmbeddedServer(dataDir)).toBeNull();
    await (await start()).stop();
  });

  test('refuses a second start on the same DATA_DIR with one sentence that names the holder', async () => {
    const { child, url } = await startInOtherProcess();
    await expect(start()).rejects.toThrow(
      new RegExp(
        `^The database in ${dataDir} is in use by another Sightline process \\(pid ${child.pid} on .+\\)\\. Stop that one`,
      ),
    );
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    // Stopped here: what the other process leaves running is adopted.
    await kill(child, 'SIGKILL');
    await start();
  });

  test('adopts the server of a process that was killed, whose process group the server was not in', async () => {
    const { child, url } = await startInOtherProcess();
    await query(url, 'create table kept (n integer)');
    const pid = await postmasterPid();
    await kill(child, 'SIGKILL');
    const server = await start();
    expect(server).toMatchObject({ adopted: true, url });
    expect(await postmasterPid()).toBe(pid);
    expect(await query(server.url, 'select n from kept')).toEqual([]);
    await server.stop();
    await expect(worksInCluster(pid)).resolves.toBe(false);
  });

  test('survives Ctrl-C in the terminal of the process that started it', async () => {
    const { child, url } = await startInOtherProcess();
    await kill(child, 'SIGINT');
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await start()).toMatchObject({ adopted: true });
  });

  test('restarts the server that was left running when it has to run with other settings', async () => {
    const { child } = await startInOtherProcess();
    const pid = await postmasterPid();
    await kill(child, 'SIGKILL');
    const server = await start({ durable: true });
    expect(server.adopted).toBe(false);
    expect(await postmasterPid()).not.toBe(pid);
    expect(await query(server.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('starts after the server itself was killed', async () => {
    const first = await start({ durable: true });
    await query(first.url, 'create table kept (n integer); insert into kept values (42)');
    process.kill(await postmasterPid(), 'SIGKILL');
    await first.stop();
    const second = await start({ durable: true });
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  test('starts when the pid that a dead server left belongs to another program by now', async () => {
    const first = await start();
    const left = await readFile(pidFile(), 'utf8');
    await first.stop();
    const other = spawn('sleep', ['1000'], { stdio: 'ignore', ...(isRoot ? { uid: 65534, gid: 65534 } : {}) });
    cleanUps.push(() => other.kill('SIGKILL'));
    await once(other, 'spawn');
    await writeFile(pidFile(), left.replace(/^\d+/, String(other.pid)));
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(other.exitCode).toBeNull();
    expect(other.signalCode).toBeNull();
  });

  test('takes another port when somebody else has the one it had', async () => {
    const first = await start();
    await first.stop();
    const port = Number(new URL(first.url).port);
    const squatter = createServer().listen(port, '127.0.0.1');
    cleanUps.push(() => squatter.close());
    await once(squatter, 'listening');
    const second = await start();
    expect(Number(new URL(second.url).port)).not.toBe((squatter.address() as AddressInfo).port);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('makes the links that a skipped install script should have made', async () => {
    const binaries = await copyBinaries({ links: false });
    const { url } = await start({ binaries });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await lstat(path.join(binaries.root, 'native', 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
  });

  test.runIf(isRoot)('copies programs that lie where the unprivileged user cannot go', async () => {
    const binaries = await copyBinaries({ links: true });
    await chmod(binaries.root, 0o700);
    const { url } = await start({ binaries });
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readdir(path.join(dataDir, 'postgres'))).toContain(`binaries-${binaries.version}`);
  });

  test('starts again after an attempt that was cut short while the database was made', async () => {
    await mkdir(path.join(dataDir, 'postgres', 'cluster-unfinished-x', 'base'), { recursive: true });
    const { url } = await start();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await readdir(path.join(dataDir, 'postgres'))).not.toContain('cluster-unfinished-x');
  });

  test('says what the server said when it does not start, and frees the lock', async () => {
    await (await start()).stop();
    const settings = path.join(dataDir, 'postgres', 'cluster', 'postgresql.conf');
    const good = await readFile(settings, 'utf8');
    await writeFile(settings, `${good}\nnonsense = 1\n`);
    await expect(start()).rejects.toThrow(/unrecognized configuration parameter "nonsense"/);
    await writeFile(settings, good);
    await start();
  });

  test('refuses the files of another major version', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'postgres', 'cluster', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(
      /was created by PostgreSQL 17, but the bundled programs are of PostgreSQL 18/,
    );
  });
});

describe('findEmbeddedServer', () => {
  test('lets a command join the server that another process runs', async () => {
    expect(await findEmbeddedServer(dataDir)).toBeNull();
    const { url } = await start();
    expect(await findEmbeddedServer(dataDir)).toMatchObject({ url });
  });
});
