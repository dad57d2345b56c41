import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const mark = 'sources.sha256';

/**
 * Builds the dashboard when its sources, or what it is built with, are not those of the last build.
 * @param {string} root of the project
 * @param {string} node that runs the build
 * @returns {Promise<string | null>} null when it is built; or what failed, in a sentence or two
 */
export async function buildDashboard(root, node) {
  const folder = path.join(root, 'dashboard');
  if (!existsSync(folder)) return null;
  const built = path.join(folder, 'dist');
  const wanted = hashOfSources(root, folder);
  if (readOr(path.join(built, mark), '') === wanted) return null;
  process.stderr.write('Building the dashboard (a few seconds, once)…\n');
  // Beside the last build and not over it: another process may be building at the same time, or reading.
  const made = path.join(folder, `dist-${randomUUID()}`);
  const { exitCode, output } = await runVite(root, node, ['build', folder, '--outDir', made, '--logLevel', 'warn']);
  if (exitCode !== 0) {
    rmSync(made, { recursive: true, force: true });
    return `${output.trim()}\nThe dashboard could not be built. Everything else works; / leads to GraphiQL until \`npm run setup\` succeeds.`;
  }
  writeFileSync(path.join(made, mark), wanted);
  putInPlace(made, built);
  return null;
}

function putInPlace(made, built) {
  try {
    rmSync(built, { recursive: true, force: true });
    renameSync(made, built);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // Another process that built the same has been quicker.
    if (!existsSync(path.join(built, mark))) throw error;
  }
}

/** Of all that the result depends on. The lock file stands for the packages. */
function hashOfSources(root, folder) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  const files = listFiles(folder, '').filter((name) => !name.startsWith('dist'));
  for (const name of files) hash.update(`${name}\n`).update(readFileSync(path.join(folder, name)));
  return hash.digest('hex');
}

/** By hand: the oldest Node 18 does not list folders within folders. */
function listFiles(root, folder) {
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const name = path.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, name) : [name];
    })
    .sort();
}

function runVite(root, node, args) {
  const program = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // React has a slower build, half as large again, for every other value.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(node, [program, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
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

function readOr(file, fallback) {
  return existsSync(file) ? readFileSync(file, 'utf8') : fallback;
}
