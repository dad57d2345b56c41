import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { inject, onTestFinished } from 'vitest';
import { newSecret } from '../../src/organizations/key-secret.ts';
import type { Role } from '../../src/server.ts';
import { listProcessesIn, waitUntilNoneIn, worksIn } from './process-tree.ts';

const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** A process of `sightline <role>`, as an operator starts it. */
export interface SightlineProcess {
  pid: number;
  /** Where it serves; empty for a worker. */
  url: string;
  /** Of its engines, without those that have died. */
  enginePids(): Promise<number[]>;
  /** Resolves with the first line of its log, past or future, whose message contains this. */
  logged(part: string): Promise<LogLine>;
  /** Of its log so far. */
  lines(): readonly LogLine[];
  /** To this process alone. */
  kill(signal: NodeJS.Signals): void;
  /** As a terminal that closes: nobody reads what it writes any more, and it gets SIGHUP. */
  hangUp(): void;
  /** How it ended; resolves when its engines are gone too. */
  ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
}

export interface LogLine {
  msg: string;
  [field: string]: unknown;
}

/** One DATA_DIR, used by one process after the other. Gone with everything that runs on it when the test is finished. */
export interface Installation {
  dataDir: string;
  /** Of the default organisation, with scope ADMIN. */
  apiKey: string;
  /** Resolves when it is ready. A process that ends before that rejects with the end of its log. */
  start(role?: Role): Promise<SightlineProcess>;
  /** Starts `sightline <args>`, a command that does its work and ends. */
  run(...args: string[]): Promise<ChildProcess>;
  /** Of the embedded PostgreSQL; null when it does not run. */
  postgresPid(): Promise<number | null>;
  /** To the embedded PostgreSQL and all its backends. */
  signalPostgres(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Call it inside a test.
 * @param env on top of what a process needs here; DATABASE_URL for one without embedded server.
 * @param main the program, of another checkout. Default: this one's.
 */
export async function createInstallation(env: Record<string, string> = {}, main = program): Promise<Installation> {
  const dataDir = await realpath(await mkdtemp(path.join(tmpdir(), 'sightline-process-')));
  const apiKey = newSecret();
  const directories: string[] = [];
  onTestFinished(async () => {
    for (const directory of directories) await endAllIn(directory);
    await endAllIn(clusterOf(dataDir));
    await rm(dataDir, { recursive: true, force: true });
  });
  const environment = {
    PATH: process.env.PATH,
    DATA_DIR: dataDir,
    MODELS_DIR: inject('pinnedModels'),
    PORT: '0',
    BOOTSTRAP_API_KEY: apiKey,
    LOG_FORMAT: 'json',
    ENGINES: '2',
    ENGINE_THREADS: '1',
    ...env,
  };
  const launch = async (args: string[]) => {
    // By its working directory a process and its engines are known, whatever becomes of the process.
    const cwd = path.join(dataDir, `process-${directories.length}`);
    directories.push(cwd);
    await mkdir(cwd);
    const child = spawn(process.execPath, [main, ...args], {
      cwd,
      env: environment,
      // Ctrl-C is for vitest, which ends what it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, cwd };
  };
  return {
    dataDir,
    apiKey,
    async start(role = 'start') {
      const { child, cwd } = await launch([role]);
      return observe(child, cwd);
    },
    run: async (...args) => (await launch(args)).child,
    postgresPid: () => findPostgres(dataDir),
    async signalPostgres(signal) {
      for (const pid of await listProcessesIn(clusterOf(dataDir))) killIfThere(pid, signal);
    },
  };
}

async function observe(child: ChildProcess, cwd: string): Promise<SightlineProcess> {
  const pid = child.pid!;
  const log = readLog(child);
  const ended = (once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>).then(
    async ([exitCode, signal]) => {
      await waitUntilNoneIn(cwd);
      return { exitCode, signal };
    },
  );
  const url = await Promise.race([
    readyUrl(child),
    ended.then(({ exitCode, signal }) =>
      Promise.reject(new Error(`It ended (${exitCode ?? signal}) before it was ready:\n${log.tail()}`)),
    ),
  ]);
  return {
    pid,
    url,
    enginePids: async () => (await listProcessesIn(cwd)).filter((member) => member !== pid),
    logged: log.wait,
    lines: () => log.lines,
    kill: (signal) => {
      killIfThere(pid, signal);
    },
    hangUp: () => {
      child.stdout!.destroy();
      child.stderr!.destroy();
      killIfThere(pid, 'SIGHUP');
    },
    ended,
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const ready = /^sightline (?:worker ready|ready at (.*))$/.exec(line);
      if (ready) resolve(ready[1] ?? '');
    });
  });
}

/** Keeps what is logged, and shows it when TEST_LOG_LEVEL is set. */
function readLog(child: ChildProcess) {
  const lines: LogLine[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stderr! }).on('line', (text) => {
    if (process.env.TEST_LOG_LEVEL) process.stderr.write(`${child.pid} ${text}\n`);
    lines.push(text.startsWith('{') ? JSON.parse(text) : { msg: text });
    for (const listener of listeners) listener();
  });
  return {
    lines,
    tail: () =>
      lines
        .slice(-20)
        .map((line) => JSON.stringify(line))
        .join('\n'),
    wait(part: string): Promise<LogLine> {
      const { promise, resolve } = Promise.withResolvers<LogLine>();
      const look = () => {
        const found = lines.find(({ msg }) => msg.includes(part));
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      return promise;
    },
  };
}

async function endAllIn(directory: string): Promise<void> {
  for (const pid of await listProcessesIn(directory)) killIfThere(pid, 'SIGKILL');
  await waitUntilNoneIn(directory);
}

function clusterOf(dataDir: string): string {
  return path.join(dataDir, 'postgres', 'cluster');
}

async function findPostgres(dataDir: string): Promise<number | null> {
  const text = await readFile(path.join(clusterOf(dataDir), 'postmaster.pid'), 'utf8').catch(() => null);
  const pid = Number(text?.split('\n')[0]);
  return pid > 0 && (await worksIn(pid, clusterOf(dataDir))) ? pid : null;
}

function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
