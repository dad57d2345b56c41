import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';
import { startInstalled } from './installed-program.ts';

/** Of the server that everything goes through: fewer than one api opens. */
export const serverConnections = 4;

/** Debian has it as a package; the tests install nothing. */
export function hasPgbouncer(): boolean {
  return spawnSync('pgbouncer', ['--version']).status === 0;
}

export interface Pgbouncer {
  /** Of the same database, through the pooler in transaction mode. */
  url: string;
  /** Of its console, for example `show pools`. */
  ask(command: string): Promise<Record<string, string>[]>;
}

/** Call it inside a test. Settings are those that docs/operations.md recommends. */
export async function startPgbouncer(databaseUrl: string): Promise<Pgbouncer> {
  const target = new URL(databaseUrl);
  const name = target.pathname.slice(1);
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-pgbouncer-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const port = await freePort();
  const file = path.join(directory, 'pgbouncer.ini');
  await writeFile(file, settings(target, name, port));
  // It refuses to run as root, and reads the file as whoever it runs as.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await Promise.all([chmod(directory, 0o755), chmod(file, 0o644)]);
  await startInstalled('pgbouncer', [file], { ready: 'process up', ...(isRoot && { uid: 65_534, gid: 65_534 }) });
  const url = (database: string) => `postgres://sightline:unused@127.0.0.1:${port}/${database}`;
  return { url: url(name), ask: (command) => ask(url('pgbouncer'), command) };
}

function settings(target: URL, name: string, port: number): string {
  const host = decodeURIComponent(target.searchParams.get('host') ?? target.hostname);
  const login = `user=${decodeURIComponent(target.username)} password=${decodeURIComponent(target.password)}`;
  return `
[databases]
${name} = host=${host} port=${target.port || 5432} dbname=${name} ${login} connect_query='set plan_cache_mode = force_custom_plan; set idle_in_transaction_session_timeout = 10000; set default_transaction_isolation = ''read committed''; set lock_timeout = 0'

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
admin_users = sightline
pool_mode = transaction
default_pool_size = ${serverConnections}
max_client_conn = 200
`;
}

/** Its console speaks the simple protocol only. */
async function ask(url: string, command: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(command)).rows;
  } finally {
    await client.end();
  }
}
