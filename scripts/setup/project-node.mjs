import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const oldestNode = 24;

/**
 * The Node that the project runs on: the one among its optional dependencies that is for this platform, or this very process where npm
 * has none.
 * @returns {{ program: string } | { trouble: string }} its path, from the root on when it lies below it; or a sentence with the way out
 */
export function findProjectNode(root) {
  const own = packagedNode(root);
  const version = own === null ? null : versionOf(path.join(root, own));
  if (own !== null && majorOf(version) >= oldestNode) return { program: own };
  if (majorOf(process.version) >= oldestNode) return { program: process.execPath };
  const found = own === null ? `this is ${process.version}` : `the one in node_modules is ${version || 'broken'}`;
  const trouble =
    `Sightline needs Node ${oldestNode}, and ${found}. npm brings it for linux-x64, linux-arm64, darwin-arm64 and win-x64 ` +
    `(remove node_modules to install again); for ${process.platform}-${process.arch} install Node ${oldestNode} or newer from https://nodejs.org.`;
  return { trouble };
}

/** Packages of other platforms may lie there too: npm keeps what `npm install --force` brought. */
function packagedNode(root) {
  const { optionalDependencies } = readJson(path.join(root, 'package.json'));
  for (const name of Object.keys(optionalDependencies)) {
    const folder = path.join('node_modules', name);
    const manifest = path.join(root, folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { bin, os, cpu } = readJson(manifest);
    if (!bin?.node || ![os].flat().includes(process.platform) || ![cpu].flat().includes(process.arch)) continue;
    const program = path.join(folder, bin.node);
    if (existsSync(path.join(root, program))) return program;
  }
  return null;
}

function versionOf(program) {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return (stdout ?? '').trim();
}

function majorOf(version) {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
