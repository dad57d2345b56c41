import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const main = path.join(import.meta.dirname, '../../../src/cli/main.ts');

/** @returns what Node says about its cache. */
async function startOnce(): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, '--version'], {
    env: { PATH: process.env.PATH, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
    maxBuffer: 100 * 1024 * 1024,
  });
  return stdout + stderr;
}

test('a process finds what the one before has made of the modules of the program', async () => {
  await startOnce();
  const second = await startOnce();
  const server = 'file://\\S*/src/server\\.ts';
  // Its types are not stripped again, and it is not compiled again.
  expect(second).toMatch(new RegExp(`retrieving transpile cache for StrippedTypeScript ${server}\\.\\.\\.success`));
  expect(second).toMatch(new RegExp(`V8 code cache for ESM ${server} was accepted`));
});
