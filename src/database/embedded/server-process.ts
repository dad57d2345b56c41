import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { settingsFileName } from './cluster.ts';
import { findFreePort } from './free-port.ts';
import { clusterDir, type Home } from './home.ts';
import { findPostmaster, removeMisleadingPidFile, waitUntilGone } from './postmaster.ts';
import { runProgram } from './run-program.ts';
import { renderSettings } from './settings.ts';

/** More failures in a row than this have another cause. */
const attempts = 6;

/** PostgreSQL's message (LC_ALL=C) when the port is taken. */
const portTaken = /could not bind IPv4 address|could not create any TCP\/IP sockets/;

/** The same for a child of a killed server that has not noticed yet: it ends after its current statement. */
const childLeft = /pre-existing shared memory block/;
const childPatienceMs = 1000;

/** The port of a server that runs on this home with exactly these settings; null if none does. */
export async function adoptablePort(binaries: Binaries, home: Home, durable: boolean): Promise<number | null> {
  const postmaster = await findPostmaster(home);
  if (!postmaster?.port) return null;
  const wanted = render(postmaster.port, binaries, durable);
  return (await readIfThere(settingsFile(home))) === wanted ? postmaster.port : null;
}

/**
 * Starts the server on its previous port, or else on a free one, and returns the port when it accepts connections.
 * @param fixedPort the only acceptable port, for a server that already has clients
 */
export async function startServer(
  binaries: Binaries,
  home: Home,
  durable: boolean,
  fixedPort?: number,
): Promise<number> {
  await removeMisleadingPidFile(home);
  let preferred: number | undefined = await readPort(home);
  for (let attempt = 1; ; attempt += 1) {
    const port = fixedPort ?? (await findFreePort(preferred));
    await writeFile(settingsFile(home), render(port, binaries, durable));
    // When root starts it, the server is another user. No other user may enter the directory of the cluster.
    await chmod(settingsFile(home), 0o644);
    await writeFile(portFile(home), `${port}\n`);
    const failure = await tryStart(binaries, home);
    if (failure === null) return port;
    if (attempt === attempts || !(portTaken.test(failure) || childLeft.test(failure))) {
      throw new Error(`The embedded PostgreSQL did not start. The end of ${logFile(home)}:\n${failure}`);
    }
    // Another program took the port between our check and the server's bind.
    if (portTaken.test(failure)) preferred = undefined;
    else await delay(childPatienceMs);
  }
}

/** Ends sessions and stops the server; falls back to an immediate stop, which costs a recovery at the next start. */
export async function stopServer(binaries: Binaries, home: Home): Promise<void> {
  const failures: string[] = [];
  for (const mode of ['fast', 'immediate']) {
    const postmaster = await findPostmaster(home);
    if (!postmaster) return;
    const args = ['stop', '--pgdata', clusterDir(home), '--mode', mode, '--wait', '--timeout', '60', '--silent'];
    const { exitCode, output } = await runProgram(binaries, 'pg_ctl', args, home);
    if (exitCode === 0) return waitUntilGone(home, postmaster);
    failures.push(`${mode}: ${output}`);
  }
  if (await findPostmaster(home)) {
    throw new Error(`The embedded PostgreSQL in ${home.directory} did not stop. pg_ctl said: ${failures.join('; ')}`);
  }
}

/** null if it started, otherwise the end of its log. */
async function tryStart(binaries: Binaries, home: Home): Promise<string | null> {
  // The logs of this start and of the previous one: the server writes so little (see settings) that they need no rotation.
  await rename(logFile(home), `${logFile(home)}.1`).catch(ignoreMissing);
  const args = [
    'start',
    '--pgdata',
    clusterDir(home),
    '--log',
    logFile(home),
    '--wait',
    '--timeout',
    '120',
    '--silent',
  ];
  const { exitCode, output } = await runProgram(binaries, 'pg_ctl', args, home);
  if (exitCode === 0) return null;
  const log = (await readIfThere(logFile(home))) ?? '';
  return `${output}\n${log}`.trim().split('\n').slice(-15).join('\n');
}

function render(port: number, binaries: Binaries, durable: boolean): string {
  return renderSettings({ port, durable, binaries, syncfs: process.platform === 'linux' });
}

async function readPort(home: Home): Promise<number | undefined> {
  const port = Number(await readIfThere(portFile(home)));
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function portFile(home: Home): string {
  return path.join(home.directory, 'port');
}

function logFile(home: Home): string {
  return path.join(home.directory, 'server.log');
}

function settingsFile(home: Home): string {
  return path.join(clusterDir(home), settingsFileName);
}
