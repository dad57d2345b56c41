import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from './dashboard.mjs';
import { findProjectNode } from './project-node.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const stampFile = path.join(root, 'node_modules', '.sightline-setup');

/**
 * Installs the dependencies when they are not the ones of the lock file, and builds the dashboard when its sources have changed.
 *
 * Plain JavaScript for any Node from 18 on and without a dependency: on a fresh clone it is the first thing that runs, under whatever
 * Node the machine has. It ends the process with a sentence when it cannot do its work.
 * @returns {Promise<string>} the path of the Node that the project's programs run on
 */
export async function setUp() {
  const node = await installDependencies();
  const trouble = await buildDashboard(root, node);
  // Not the end: a gateway without a dashboard is still a gateway.
  if (trouble !== null) process.stderr.write(`${trouble}\n`);
  return node;
}

async function installDependencies() {
  const wanted = `${hashOfLockFile()} ${process.platform}-${process.arch}`;
  // The program is looked at once, when the stamp is written: to ask it for its version takes 40 ms, and this runs before every script.
  const [done, known] = readOr(stampFile, '').split('\n');
  if (done === wanted && known && existsSync(path.resolve(root, known))) return path.resolve(root, known);
  if (!isInstalledAsLocked()) await install(process.execPath);
  const { program, trouble } = findProjectNode(root);
  if (trouble) fail(trouble);
  const node = path.resolve(root, program);
  // npm leaves out optional packages that do not support the Node that it runs on itself: sharp's binaries, under Node 18.
  if (node !== process.execPath && !isInstalledAsLocked()) await install(node);
  // Removed first, not written over: another checkout's node_modules may be a copy of this one by hard links.
  rmSync(stampFile, { force: true });
  writeFileSync(stampFile, `${wanted}\n${program}\n`);
  return node;
}

function hashOfLockFile() {
  const file = path.join(root, 'package-lock.json');
  if (!existsSync(file)) fail('package-lock.json is missing. Restore it with `git checkout package-lock.json`.');
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Somebody ran `npm ci` by hand: npm's own record of what it installed has every package of the lock file in its version. */
function isInstalledAsLocked() {
  const record = readOr(path.join(root, 'node_modules', '.package-lock.json'), null);
  if (record === null) return false;
  const installed = JSON.parse(record).packages;
  const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([place, locked]) => {
    if (place === '' || locked.peer || (locked.optional && !isForThisPlatform(locked))) return true;
    return installed[place]?.version === locked.version && existsSync(path.join(root, place));
  });
}

/** Optional packages without a platform may be left out by npm; those of this platform may not: they are Node and PostgreSQL. */
function isForThisPlatform({ os, cpu, libc }) {
  return (
    [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch) && ![libc].flat().includes('musl')
  );
}

/** @param node what npm runs on */
async function install(node) {
  process.stderr.write(
    node === process.execPath
      ? 'Installing dependencies (about a minute, once)…\n'
      : `Installing the dependencies that do not support Node ${process.versions.node}…\n`,
  );
  const startedAt = Date.now();
  const stopProgress = showProgress(startedAt);
  // Not `npm ci`: it empties node_modules first, which takes a minute where seconds would do after an update, and fails on Windows when
  // the Node that runs this script lies there. Without saving, `install` keeps to the lock file just as well.
  // dev and optional by name: NODE_ENV=production or a setting of the user's would leave them out.
  const { exitCode, output } = await runNpm(node, [
    'install',
    '--no-save',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
  ]);
  stopProgress();
  if (exitCode !== 0) fail(explainFailure(output));
  process.stderr.write(`Dependencies installed in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
}

function runNpm(node, args) {
  // Its install script would download GPU libraries of 300 MB.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  // The npm that runs us, when one does: another on the PATH may be older than what the lock file needs.
  const own = process.env.npm_execpath;
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child =
    own && /npm-cli\.js$/.test(own)
      ? spawn(node, [own, ...args], { cwd: root, env, stdio })
      : spawn('npm', args, { cwd: root, env, stdio, shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: 1, output: error.message }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}

/** On a terminal the seconds in place; in a log a line every 15 s, so that nobody takes it for hung. */
function showProgress(startedAt) {
  const terminal = process.stderr.isTTY;
  const timer = setInterval(
    () => {
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      process.stderr.write(terminal ? `\r  ${seconds} s ` : `  … ${seconds} s\n`);
    },
    terminal ? 1000 : 15_000,
  );
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write('\r          \r');
  };
}

function explainFailure(output) {
  const end = output.trim().split('\n').slice(-12).join('\n');
  const known = [
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|network/i,
      'The npm registry cannot be reached. Check the network, the proxy and `npm config get registry`.',
    ],
    [/ENOSPC/, 'The disk is full: the dependencies take about 1.2 GB.'],
    [
      /EACCES|EPERM|EROFS/,
      `This user may not write ${path.join(root, 'node_modules')}. Give the directory to the user, or run as its owner.`,
    ],
    [/ENOENT.*npm|spawn npm/, 'npm was not found. Install Node with npm from https://nodejs.org.'],
  ].find(([pattern]) => pattern.test(output));
  return `${end}\n\nThe dependencies could not be installed. ${known ? known[1] : 'Remove node_modules and run `npm ci` to see why.'}`;
}

function readOr(file, fallback) {
  return existsSync(file) ? readFileSync(file, 'utf8') : fallback;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
