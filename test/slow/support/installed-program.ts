import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/**
 * Runs a program of this machine until the test ends. Resolves when it has written a line with `ready` to stderr. Call it inside a test.
 * @throws Error with what it wrote when it ends before
 */
export async function startInstalled(
  command: string,
  args: readonly string[],
  { ready, ...options }: { ready: string } & Pick<SpawnOptions, 'uid' | 'gid'>,
): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const log: string[] = [];
  const up = Promise.withResolvers<void>();
  createInterface({ input: child.stderr! }).on('line', (line) => {
    log.push(line);
    if (line.includes(ready)) up.resolve();
  });
  await Promise.race([
    up.promise,
    ended.then(() => Promise.reject(new Error(`${command} did not start:\n${log.join('\n')}`))),
  ]);
}
