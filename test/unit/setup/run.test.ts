import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { projectRoot } from '../../support/readme.ts';

/** As npm's scripts call it. */
function runScript(...args: string[]): ChildProcess {
  return spawn(process.execPath, [path.join(projectRoot, 'scripts/run.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const waits = 'setInterval(() => {}, 1000); console.log("up");';

test('the program runs on Node 24, as does what it starts by the name `node`, and its exit code is passed on', async () => {
  const program = `
    const { execFileSync } = require('node:child_process');
    console.log(process.version, execFileSync('node', ['-p', 'process.version'], { encoding: 'utf8' }).trim());
    process.exitCode = 7;`;
  const child = runScript('-e', program);
  const [output, [exitCode]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  expect(output).toMatch(/^v24\.\S+ v24\.\S+\n$/);
  expect(exitCode).toBe(7);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s reaches the program, which may take its time',
  async (signal) => {
    const child = runScript('-e', `process.on('${signal}', () => setTimeout(() => process.exit(3), 50)); ${waits}`);
    await once(child.stdout!, 'data');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([3, null]);
  },
);

test('a program that a signal ends is told of as such', async () => {
  const child = runScript('-e', waits);
  await once(child.stdout!, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
});

test('the program is told to end when the shell that npm runs it in has ended', async () => {
  const program = `process.on('SIGTERM', () => { console.log("told"); process.exit(); }); ${waits}`;
  const script = [process.execPath, path.join(projectRoot, 'scripts/run.mjs'), '-e', program];
  // As npm does it. The `:` keeps a shell from becoming the program.
  const shell = spawn('sh', ['-c', '"$@"; :', 'sh', ...script], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = text(shell.stdout!);
  await once(shell.stdout!, 'data');
  shell.kill('SIGTERM');
  expect(await output).toMatch(/told\n$/);
});
