import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildDashboard } from '../../../scripts/setup/dashboard.mjs';
import { projectRoot } from '../../support/readme.ts';

/** A project with a page of one line. */
let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sightline-dashboard-'));
  await mkdir(path.join(root, 'dashboard'));
  await symlink(path.join(projectRoot, 'node_modules'), path.join(root, 'node_modules'));
  await writeFile(path.join(root, 'package-lock.json'), '{}');
  await writeFile(path.join(root, 'dashboard/index.html'), '<script type="module" src="./main.js"></script>');
  await write('document.title = "first";');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = (script: string) => writeFile(path.join(root, 'dashboard/main.js'), script);
const build = () => buildDashboard(root, process.execPath);

async function builtScript(): Promise<string> {
  const assets = path.join(root, 'dashboard/dist/assets');
  const [script] = await readdir(assets);
  return readFile(path.join(assets, script!), 'utf8');
}

test('it is built when its sources have changed, and not again when they have not', async () => {
  expect(await build()).toBeNull();
  expect(await builtScript()).toContain('first');
  // A build would put it back.
  await rm(path.join(root, 'dashboard/dist/index.html'));
  expect(await build()).toBeNull();
  expect(await readdir(path.join(root, 'dashboard/dist'))).not.toContain('index.html');
  await write('document.title = "second";');
  expect(await build()).toBeNull();
  expect(await builtScript()).toContain('second');
});

test('a build that fails says so, and leaves the last one in place', async () => {
  await build();
  await write('this is no script');
  expect(await build()).toMatch(/main\.js[\s\S]*The dashboard could not be built/);
  expect(await builtScript()).toContain('first');
  expect((await readdir(path.join(root, 'dashboard'))).sort()).toEqual(['dist', 'index.html', 'main.js']);
});

test('of two builds at once both succeed, and one of them stays', async () => {
  expect(await Promise.all([build(), build()])).toEqual([null, null]);
  expect(await builtScript()).toContain('first');
});
