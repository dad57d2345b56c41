import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const tools = ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore'];
/** Nobody: PostgreSQL refuses to run as root. */
const unprivileged = { uid: 65_534, gid: 65_534 };

/** Where a whole PostgreSQL is, as Debian installs it; the embedded one comes without pg_dump. null: nowhere. */
export function findPostgres(): string | null {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return null;
  const folders = readdirSync(versions).map((version) => path.join(versions, version, 'bin'));
  return folders.findLast((folder) => tools.every((tool) => existsSync(path.join(folder, tool)))) ?? null;
}

export interface SystemPostgres {
  url(database: string): string;
}

/** A new cluster. Call it inside a test. */
export async function startPostgres(bin: string): Promise<SystemPostgres> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-postgres-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(directory, unprivileged.uid, unprivileged.gid);
  const options = { ...(isRoot && unprivileged), cwd: directory };
  const data = path.join(directory, 'data');
  const tool = (name: string, ...args: string[]) => run(path.join(bin, name), ['-D', data, ...args], options);
  await tool('initdb', '-U', 'sightline', '-A', 'trust', '-E', 'UTF8', '--no-sync');
  const port = await freePort();
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  await tool('pg_ctl', '-w', '-l', path.join(directory, 'log'), '-o', settings, 'start');
  onTestFinished(async () => {
    await tool('pg_ctl', '-w', '-m', 'immediate', 'stop');
  });
  return { url: (database) => `postgres://sightline@127.0.0.1:${port}/${database}` };
}

export async function dump(bin: string, url: string, file: string): Promise<void> {
  await run(path.join(bin, 'pg_dump'), ['-Fc', '-f', file, url]);
}

/** Into a database that is there and empty. */
export async function restore(bin: string, file: string, url: string): Promise<void> {
  await run(path.join(bin, 'pg_restore'), ['--exit-on-error', '--no-owner', '-d', url, file]);
}
