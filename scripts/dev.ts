/**
 * `npm run dev`: `sightline start` for development. It restarts when a source file changes, has readable logs, one engine so that a
 * restart is quick, and one API key for all restarts. Settings of the environment take precedence.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../src/config.ts';
import { newSecret } from '../src/organizations/key-secret.ts';

const root = path.join(import.meta.dirname, '..');
const watched = ['src', 'schema', 'workers', 'migrations', 'models'];
/** An editor that saves, or a checkout of another branch, changes several files at once. */
const settleMs = 200;

let server: ChildProcess;
let stopping = false;
let changed: NodeJS.Timeout | undefined;
/** Restarts run one after the other: a change during one causes another. */
let restarting = Promise.resolve();

const env = await environment();
for (const folder of watched) watch(path.join(root, folder), { recursive: true }, (_, file) => onChange(folder, file));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
server = start();

async function environment(): Promise<NodeJS.ProcessEnv> {
  const defaults = { LOG_FORMAT: 'pretty', ENGINES: '1', SHUTDOWN_GRACE_SECONDS: '0' };
  const given: NodeJS.ProcessEnv = { ...defaults, ...process.env };
  const key = given.BOOTSTRAP_API_KEY ?? (await keptKey(loadConfig(given).dataDir));
  process.stderr.write(
    `API key of this directory: ${key}\nGraphiQL is at /graphql: put the key into its Headers tab.\n`,
  );
  return { ...given, BOOTSTRAP_API_KEY: key };
}

/** Random, and stored beside the data: a fixed key would give access to whatever that directory serves later. */
async function keptKey(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'dev-key');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null) return kept.trim();
  const key = newSecret();
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, `${key}\n`, { mode: 0o600 });
  return key;
}

function start(): ChildProcess {
  const args = ['--max-semi-space-size=8', path.join('src', 'cli', 'main.ts'), 'start'];
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  child.once('exit', (code) => {
    if (stopping) process.exit(code ?? 1);
    // A server that was told to restart exits with 0. An error that ended another one will be fixed by the next change.
    if (code !== 0) process.stderr.write('It ended. Waiting for a change.\n');
  });
  return child;
}

function onChange(folder: string, file: string | null): void {
  clearTimeout(changed);
  changed = setTimeout(() => {
    process.stderr.write(`\n${path.join(folder, file ?? '')} has changed: restarting.\n`);
    restarting = restarting.then(restart);
  }, settleMs);
}

async function restart(): Promise<void> {
  await end();
  if (!stopping) server = start();
}

async function end(): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}

function stop(signal: NodeJS.Signals): void {
  stopping = true;
  clearTimeout(changed);
  if (server.exitCode !== null || server.signalCode !== null) process.exit(0);
  server.kill(signal);
}
