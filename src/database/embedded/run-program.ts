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
    // In a separate process group: Ctrl-C in the terminal should reach only us, and we stop the server after our own work.
    detached: true,
    windowsHide: true,
    // A directory that the server's user may enter; it may not be able to enter ours.
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
 * Only the variables that a process needs: PGPORT, PGDATA or PGOPTIONS of the operator's shell would affect the server, and our
 * secrets would be readable in its environment.
 */
function programEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  // TZ saves initdb a search through all time zones. Messages have to be English, because the code recognises two of them.
  return { PATH: PATH ?? path.delimiter, SystemRoot, TEMP, LC_ALL: 'C', TZ: 'UTC' };
}
