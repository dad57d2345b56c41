import { access, chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../support/readme.ts';
import { installOlderTools, type OlderTools } from './support/older-tools.ts';

/** What Node 18, 20 and 22 came with, and the first npm 11. From 9.2 to 11.6 npm makes no link to the project's Node. */
const releases = [
  { node: 18, npm: '8.19.4' },
  { node: 18, npm: '9.2.0' },
  { node: 18, npm: '10.8.2' },
  { node: 20, npm: '10.8.2' },
  { node: 22, npm: '10.9.9' },
  { node: 22, npm: '11.0.0' },
];

let tools: OlderTools;
beforeAll(async () => {
  tools = await installOlderTools([18, 20, 22], [...new Set(releases.map(({ npm }) => npm))]);
});
afterAll(() => tools?.remove());

/** The files of a fresh clone, without what a run of the project leaves there. */
async function freshCopy(): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'sightline-set-up-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  // PostgreSQL, as the unprivileged user it is when root runs the tests, must be able to enter.
  await chmod(copy, 0o755);
  const left = ['node_modules', '.git', 'data', 'coverage', 'demo-output'].map((name) => path.join(projectRoot, name));
  await cp(projectRoot, copy, { recursive: true, filter: (source) => !left.includes(source) });
  return copy;
}

describe('a fresh clone', () => {
  // Installs 1.1 GB each time, from a cache at best.
  test.each(releases)(
    'runs the demo and a test under Node $node with npm $npm',
    { timeout: 900_000 },
    async (release) => {
      const copy = await freshCopy();
      const demo = await tools.npm(release, copy, ['run', 'demo', '--', '--exit', 'examples/shelves/6-evening.jpg']);
      expect(demo.stdout).toMatch(/^6-evening\.jpg {2}\d+ products in/m);
      await access(path.join(copy, 'demo-output', '6-evening-annotated.jpg'));

      // The decoder of videos is a library; the package around it would download a program while it is installed.
      await access(path.join(copy, 'node_modules', '@seydx'));
      await expect(access(path.join(copy, 'node_modules', 'node-av'))).rejects.toThrow('ENOENT');

      const { stdout } = await tools.npm(release, copy, ['run', '--silent', 'node', '--', '-p', 'process.version']);
      expect(stdout).toMatch(/^v24\./);
      const tests = await tools.npm(release, copy, ['test', '--', 'test/unit/readme.test.ts']);
      expect(tests.stdout).toMatch(/Test Files .*1 passed/);
    },
  );
});
