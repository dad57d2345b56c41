import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../../support/readme.ts';

const module = pathToFileURL(path.join(projectRoot, 'scripts/setup/project-node.mjs')).href;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sightline-project-node-'));
  const optionalDependencies = { 'node-elsewhere': '1', 'not-a-node': '1', 'node-here': '1' };
  await writeFile(path.join(root, 'package.json'), JSON.stringify({ optionalDependencies }));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** @param program what its bin/node is: a link to a program, or the text of a script */
async function install(name: string, manifest: object, program: { link: string } | { script: string }): Promise<void> {
  const folder = path.join(root, 'node_modules', name);
  const file = path.join(folder, 'bin', 'node');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
  if ('link' in program) return symlink(program.link, file);
  await writeFile(file, program.script);
  await chmod(file, 0o755);
}

/** What the set-up finds, as this Node or, by the version that it claims to be, as another. */
async function find(version = process.version): Promise<{ program?: string; trouble?: string }> {
  const program = `
    Object.defineProperty(process, 'version', { value: '${version}' });
    const { findProjectNode } = await import('${module}');
    console.log(JSON.stringify(findProjectNode(${JSON.stringify(root)})));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  return JSON.parse(stdout);
}

const here = { os: process.platform, cpu: process.arch, bin: { node: 'bin/node' } };

test('the package for this platform is found among others, without any link to it', async () => {
  await install('node-elsewhere', { ...here, os: 'plan9' }, { link: process.execPath });
  await install('not-a-node', { ...here, bin: {} }, { link: process.execPath });
  await install('node-here', { ...here, os: [process.platform] }, { link: process.execPath });
  expect(await find()).toEqual({ program: path.join('node_modules', 'node-here', 'bin', 'node') });
});

test('where npm has none, or one that does not run, the Node of the machine does if it is new enough', async () => {
  expect(await find()).toEqual({ program: process.execPath });
  expect((await find('v18.20.8')).trouble).toMatch(/needs Node 24, and this is v18\.20\.8\. .*install Node 24/);
  await install('node-here', here, { script: '#!/bin/sh\nexit 127\n' });
  expect(await find()).toEqual({ program: process.execPath });
  expect((await find('v18.20.8')).trouble).toContain('the one in node_modules is broken');
  await install('not-a-node', here, { script: '#!/bin/sh\necho v20.1.0\n' });
  expect((await find('v18.20.8')).trouble).toContain('the one in node_modules is v20.1.0');
});
