import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Binaries, program } from './binaries.ts';
import type { Home } from './home.ts';

export interface ProgramResult {
  exitCode: number | null;
  /** What it printed on stdout and stderr. */
  output: string;
}

/** Runs initdb or pg_ctl as the server's user and waits for its end, whatever its exit code. */
export async function runProgram(
  binaries: Binaries,
  name: 'initdb' | 'pg_ctl',
  args: string[],
  home: Home,
): Promise<ProgramResult> {
  const file = program(binaries, name);
  const child = spawn(file, args, {
    // Its own process group: Ctrl-C in our terminal is for us, and we stop the server when our own work is done.
    detached: true,
    windowsHide: true,
    // A directory the server's user may enter; ours can be closed to it.
    cwd: home.directory,
    env: programEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(home.user ?? {}),
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`Cannot run ${file}: ${error.message}.`, { cause: error })));
    // Not 'close': on Windows the server that pg_ctl starts inherits these pipes and would keep them open.
    child.once('exit', (exitCode) => {
      setImmediate(() => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8').trim() });
      });
    });
  });
}

/**
 * Nothing of ours but what a process needs: PGPORT, PGDATA or PGOPTIONS of the operator's shell would end up in the
 * server, and secrets of ours would be readable in its environment.
 */
function programEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  // TZ spares initdb a search through all time zones; the messages have to be English, since two of them are recognised.
  return { PATH: PATH ?? path.delimiter, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' };
}
