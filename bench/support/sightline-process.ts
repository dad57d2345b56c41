import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Role } from '../../src/server.ts';
import { projectRoot } from './project-root.ts';

export interface SightlineProcess {
  pid: number;
  /** '' for a worker. */
  url: string;
  /** From the start of the process until it said that it was ready. */
  readyMs: number;
  /** Resolves when it has ended. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * Runs `sightline <role>` as an operator would, in a process of its own, until it says that it is ready. It hears nothing of
 * this process's settings but PATH.
 * @throws Error with its last words when it ends before
 */
export async function startProcess(
  started: AsyncDisposableStack,
  role: Role,
  env: Record<string, string>,
  checkout = projectRoot,
): Promise<SightlineProcess> {
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [...readCommand(checkout), role], {
    cwd: checkout,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      SHUTDOWN_GRACE_SECONDS: '2',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Out of the terminal's process group: Ctrl-C is for the bench, which stops what it started in its own order.
    detached: true,
  });
  const exited = once(child, 'exit');
  const stop = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  started.defer(() => stop('SIGTERM'));
  const lastWords = collectLastWords(child);
  const url = await Promise.race([
    readUrl(child),
    exited.then(([code]) => {
      throw new Error(`sightline ${role} ended with code ${code} before it was ready: ${lastWords()}`);
    }),
  ]);
  return { pid: child.pid!, url, readyMs: performance.now() - spawnedAt, stop };
}

/**
 * The options for Node and the program, as package.json has them. Not `scripts/run.mjs` before them: its process is not the one whose
 * memory is measured and that is killed.
 */
function readCommand(checkout: string): string[] {
  const { scripts } = JSON.parse(readFileSync(`${checkout}/package.json`, 'utf8'));
  const [node, run, ...args]: string[] = scripts.sightline.split(' ');
  if (node !== 'node' || run !== 'scripts/run.mjs')
    throw new Error(
      `The script "sightline" in package.json begins with ${node} ${run}; expected node scripts/run.mjs.`,
    );
  return args;
}

/** Of the line `sightline ready at <url>`, or `sightline worker ready`. */
async function readUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const ready = /^sightline (?:ready at (\S+)|worker ready)$/.exec(line);
    if (!ready) continue;
    child.stdout!.resume();
    return ready[1] ?? '';
  }
  return new Promise(() => {});
}

function collectLastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr!.setEncoding('utf8').on('data', (more: string) => {
    text = (text + more).slice(-4_000);
  });
  return () => text;
}
