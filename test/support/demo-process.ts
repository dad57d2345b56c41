import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface DemoRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A directory for what demos write, which is also their TMPDIR: what they leave behind is found in it. */
export async function openDemoPlace(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sightline-demo-test-'));
  // PostgreSQL, as the unprivileged user it is when root runs the tests, must be able to enter.
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * Runs `sightline demo` as a person would, with its output piped.
 * @param interruptAt sends SIGINT as soon as this is printed
 */
export async function runDemoProcess(
  place: string,
  args: readonly string[],
  options: { env?: Record<string, string>; interruptAt?: string } = {},
): Promise<DemoRun> {
  // A group of its own, so that what it forked and forgot can be found by the group.
  const child = spawn(process.execPath, [program, 'demo', ...args], {
    cwd: place,
    env: { PATH: process.env.PATH, TMPDIR: place, PORT: '0', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (options.interruptAt !== undefined) {
    const marker = options.interruptAt;
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const before = seen.includes(marker);
      seen += chunk;
      if (!before && seen.includes(marker)) child.kill('SIGINT');
    });
  }
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  await expectNothingLeft(child.pid!, place);
  return { exitCode: child.exitCode, stdout, stderr };
}

async function expectNothingLeft(groupId: number, place: string): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,args=']);
  const left = stdout
    .split('\n')
    .filter((line) => line.includes(place) || line.trim().split(/\s+/)[1] === `${groupId}`);
  if (left.length > 0) throw new Error(`The demo left processes behind:\n${left.join('\n')}`);
}
