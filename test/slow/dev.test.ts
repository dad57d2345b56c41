import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, onTestFinished, test } from 'vitest';
import { request } from '../support/client.ts';
import { projectRoot } from '../support/readme.ts';
import { createNewerVersion } from './support/newer-version.ts';

test('npm run dev restarts on a change, keeps its key, and waits where a mistake ends it', async () => {
  // A copy of the sources, since they are going to be changed.
  const root = path.join((await createNewerVersion()).main, '../../..');
  await cp(path.join(projectRoot, 'scripts'), path.join(root, 'scripts'), { recursive: true });
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sightline-dev-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await chmod(dataDir, 0o755);

  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, MODELS_DIR: inject('pinnedModels'), PORT: '0' };
  const child = spawn(process.execPath, [path.join(root, 'scripts/dev.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const log = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
  const output = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const main = path.join(root, 'src/cli/main.ts');

  const key = /sl_\S+/.exec(await lineOf(log, 'API key'))![0];
  expect(await statusOf(await lineOf(output, 'sightline ready at'), key)).toBe(200);
  await appendFile(main, '\nthis is a mistake\n');
  await lineOf(log, 'It ended. Waiting for a change.');
  await cp(path.join(projectRoot, 'src/cli/main.ts'), main);
  expect(await statusOf(await lineOf(output, 'sightline ready at'), key)).toBe(200);

  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});

async function lineOf(lines: AsyncIterator<string>, containing: string): Promise<string> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`It ended without a line with "${containing}".`);
    if (value.includes(containing)) return value;
  }
}

async function statusOf(ready: string, apiKey: string): Promise<number> {
  const url = /http:\S+/.exec(ready)![0];
  return (await request(url, { query: '{ viewer { organization { id } } }', apiKey })).status;
}
