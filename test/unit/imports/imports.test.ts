import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Report } from './import-everything.ts';

/** What is run, not imported. */
const programs = new Set([
  'src/cli/main.ts',
  'src/cli/program.ts',
  // For main.ts alone, before it imports anything else.
  'src/cli/production.ts',
  'workers/decoder/child/decode.ts',
  'workers/engines/child/engine.ts',
  'workers/engines/child/keep-modules.ts',
  'workers/engines/child/pictures/heic-thread.ts',
  'workers/engines/child/models/model-thread.ts',
  'workers/engines/child/steps/codes/codes-thread.ts',
  'workers/engines/child/probe.ts',
  'workers/engines/child/verify.ts',
]);
const root = path.join(import.meta.dirname, '../../..');

async function listModules(): Promise<string[]> {
  const folders = ['schema', 'src', 'workers'];
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(path.join(root, folder), { recursive: true })).map((name) => path.join(folder, name)),
    ),
  );
  return files.flat().filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !programs.has(file));
}

interface Outcome {
  /** null: it had to be killed, since something kept it alive. */
  exitCode: number | null;
  report: Report;
  errors: string;
}

/** Imports files in a process of their own. */
async function importIn(files: readonly string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'import-everything.ts'), ...files], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  const [[exitCode], output, errors] = await Promise.all([
    once(child, 'exit') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (output === '') throw new Error(`Importing failed:\n${errors}`);
  return { exitCode, report: JSON.parse(output), errors };
}

test('importing every module starts nothing: no timer, socket, process or listener, and no look at the environment', async () => {
  const modules = await listModules();
  expect(modules.length).toBeGreaterThan(150);
  const { exitCode, report, errors } = await importIn(modules);
  expect(report).toEqual({ environmentReads: [], timers: [], activeResources: [], processListeners: [] });
  expect(errors).toBe('');
  expect(exitCode).toBe(0);
});

test('a module that does start something is found out', async () => {
  const folder = await mkdtemp(path.join(root, 'test/unit/imports/.guilty-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'guilty.ts');
  await writeFile(
    file,
    `import { createServer } from 'node:net';
    export const level = process.env.SOME_LEVEL;
    setInterval(() => {}, 1_000_000).unref();
    process.on('SIGTERM', () => undefined);
    const server = createServer();
    await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
    setTimeout(() => server.close(), 1);`,
  );
  const { report } = await importIn([file]);
  const place = path.relative(root, file);
  expect(report.environmentReads).toEqual([`SOME_LEVEL in ${place}:2`]);
  expect(report.timers).toEqual([`setInterval in ${place}:3`, `setTimeout in ${place}:7`]);
  expect(report.processListeners).toEqual(['SIGTERM']);
  expect(report.activeResources).toContain('TCPServerWrap');
});
