import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

test.each([
  ['an option that is not there', ['start', '--nope'], "unknown option '--nope'"],
  ['an option of a command below another', ['keys', 'list', '--nope'], "unknown option '--nope'"],
  ['an option that is missing', ['keys', 'create'], "required option '--name <name>'"],
  ['a command that is not there', ['begin'], "unknown command 'begin'"],
])('%s is refused with exit code 1 and the way to help', async (_, args, told) => {
  const { code, err } = await run(args);
  expect(code).toBe(1);
  expect(err).toContain(told);
  expect(err).toContain('Run with --help');
});

function run(args: string[]): Promise<{ code: unknown; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, _out, err) => resolve({ code: error?.code ?? 0, err }));
  });
}
