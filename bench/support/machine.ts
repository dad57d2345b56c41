import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { findBinaries } from '../../src/database/embedded/binaries.ts';
import { version } from '../../src/version.ts';
import { projectRoot } from './project-root.ts';

/** What a number was measured on, and with: without it no number can be compared with another. */
export function describeMachine(): string[] {
  const gigabytes = (totalmem() / 1e9).toFixed(1);
  const load = loadavg()[0]!.toFixed(2);
  return [
    `machine: ${availableParallelism()} x ${cpus()[0]?.model.trim()}, ${gigabytes} GB, ${process.platform} ${release()} ${process.arch}, load before ${load}`,
    `versions: sightline ${version} (${commit()}), node ${process.versions.node}, PostgreSQL ${findBinaries().version}, ` +
      ['onnxruntime-node', 'sharp', 'graphql-yoga', 'graphql-ws', 'ws', 'pg'].map(packageVersion).join(', '),
  ];
}

function packageVersion(name: string): string {
  const manifest = readFileSync(`${projectRoot}/node_modules/${name}/package.json`, 'utf8');
  return `${name} ${JSON.parse(manifest).version}`;
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8' }).trim();
    const changed = git('status', '--porcelain', '--', 'src', 'schema', 'workers', 'migrations', 'models');
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'no git';
  }
}
