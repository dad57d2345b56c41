import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';
import type { DatabaseServer } from './database-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server that `createTestDatabase` clones on. */
    databaseServer: DatabaseServer;
  }
}

/** Starts one database server for all test files of a run; TEST_DATABASE_URL names another to use instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'database-server.ts')], {
    // Out of the terminal's process group, so that Ctrl-C leaves it alive to clean up.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>,
    exited.then(([exitCode]) => Promise.reject(new Error(`The test database did not start (exit code ${exitCode}).`))),
  ]);
  project.provide('databaseServer', JSON.parse(line[0]) as DatabaseServer);
  return async () => {
    child.stdin.end();
    const [exitCode] = await exited;
    if (exitCode !== 0) throw new Error(`The test database was not cleaned up (exit code ${exitCode}).`);
  };
}
