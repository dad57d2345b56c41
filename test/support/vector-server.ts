import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import { withClient } from './postgres-client.ts';
import { pythonWith } from './python.ts';

export interface VectorServer {
  /** An empty database with `create extension vector` done. */
  url: string;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL with pgvector, which the one that comes with the project has not: from Python's package pgserver (PostgreSQL 16 and
 * pgvector 0.6, 12 MB to download), started as `start` starts its own. TEST_VECTOR_DATABASE_URL names another to use
 * instead, of a user who may create tables.
 *
 * @returns null when there is none; why is printed.
 */
export async function startVectorServer(): Promise<VectorServer | null> {
  const url = process.env.TEST_VECTOR_DATABASE_URL;
  if (url) return { url, stop: async () => {} };
  const python = await pythonWith('pgserver', 'pgserver==0.1.4');
  return python === null ? null : startFrom(python);
}

async function startFrom(python: string): Promise<VectorServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sightline-pgvector-'));
  // Copied, and open to all: the server's user may not be able to enter where Python's packages are.
  await chmod(folder, 0o755);
  const packages = await packagesFolder(python);
  await cp(path.join(packages, 'pgserver/pginstall'), path.join(folder, 'binaries/native'), { recursive: true });
  // Where its programs look for their libraries, from where they are.
  await cp(path.join(packages, 'pgserver.libs'), path.join(folder, 'pgserver.libs'), { recursive: true });
  await wrapInitdb(path.join(folder, 'binaries/native/bin/initdb'));
  const { url, superuserUrl, stop } = await startEmbeddedServer({
    dataDir: path.join(folder, 'data'),
    durable: false,
    binaries: { root: path.join(folder, 'binaries'), version: '16-pgserver' },
  });
  // By the operator, who is a superuser; the server itself is not.
  await withClient(superuserUrl, (client) => client.query('create extension vector'));
  return {
    url,
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The embedded server sorts by the builtin provider of locales, which initdb has from 17 on only. */
async function wrapInitdb(file: string): Promise<void> {
  await rename(file, `${file}-16`);
  const script = `#!/bin/sh
for arg do
  shift
  case "$skip$arg" in
    --locale-provider | --builtin-locale) skip=the-value-of ;;
    the-value-of*) skip= ;;
    *) set -- "$@" "$arg" ;;
  esac
done
exec "$0-16" "$@"
`;
  await writeFile(file, script, { mode: 0o755 });
}

async function packagesFolder(python: string): Promise<string> {
  // Not imported: that looks for its programs and makes users.
  const code = 'import importlib.util; print(importlib.util.find_spec("pgserver").submodule_search_locations[0])';
  return path.dirname((await promisify(execFile)(python, ['-c', code])).stdout.trim());
}
