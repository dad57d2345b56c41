import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Output {
  stdout: string;
  stderr: string;
}

/** Older releases of Node and npm, from the npm registry. */
export interface OlderTools {
  /**
   * Runs npm in a directory, as a person would whose machine has these two and no others.
   * @throws with all of the output when npm ends with another exit code than 0
   */
  npm(release: { node: number; npm: string }, directory: string, args: readonly string[]): Promise<Output>;
  remove(): Promise<void>;
}

/** @param nodes major releases  @param npms exact versions */
export async function installOlderTools(nodes: readonly number[], npms: readonly string[]): Promise<OlderTools> {
  const directory = await mkdtemp(path.join(tmpdir(), 'sightline-older-tools-'));
  await writeFile(path.join(directory, 'package.json'), '{ "private": true }');
  const packages = [
    ...nodes.map((major) => `node-${major}@npm:${nodePackage}@${major}`),
    ...npms.map((version) => `npm-${version}@npm:npm@${version}`),
  ];
  // Without links: each of them claims the same names in node_modules/.bin.
  await run('npm', ['install', '--no-save', '--no-bin-links', ...packages], { cwd: directory, env: environment() });
  for (const major of nodes) {
    const folder = path.join(directory, `path-${major}`);
    await mkdir(folder);
    await symlink(program(directory, major), path.join(folder, 'node'));
  }
  return {
    async npm(release, workingDirectory, args) {
      const cli = path.join(directory, 'node_modules', `npm-${release.npm}`, 'bin', 'npm-cli.js');
      const PATH = [path.join(directory, `path-${release.node}`), '/usr/bin', '/bin'].join(path.delimiter);
      return run(program(directory, release.node), [cli, ...args], {
        cwd: workingDirectory,
        env: { ...environment(), PATH, PORT: '0' },
        maxBuffer: 64 * 2 ** 20,
      });
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

const nodePackage =
  process.platform === 'darwin' ? `node-bin-darwin-${process.arch}` : `node-${process.platform}-${process.arch}`;

function program(directory: string, major: number): string {
  return path.join(directory, 'node_modules', `node-${major}`, 'bin', 'node');
}

/** Without what the npm and the vitest that run this test hand down to programs of theirs; the registry may be one's own. */
function environment(): NodeJS.ProcessEnv {
  const handedDown =
    /^(?!npm_config_registry$)npm_|^(NODE_ENV|NODE_OPTIONS|NODE_PATH|INIT_CWD|DATA_DIR|DATABASE_\w+|VITEST\w*)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !handedDown.test(name)));
}
