import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import process from 'node:process';

/** The packages with the native library, each with nothing but one file: no JavaScript and no install script. */
const packages: Record<string, string> = {
  'linux-x64': '@seydx/node-av-linux-x64',
  'linux-arm64': '@seydx/node-av-linux-arm64',
  'darwin-arm64': '@seydx/node-av-darwin-arm64',
  'win32-x64': '@seydx/node-av-win32-x64-msvc',
};

/** The path of the library for this platform; null: there is none, or it was not installed. */
export function findLibrary(): string | null {
  const name = packages[`${process.platform}-${process.arch}`];
  if (name === undefined) return null;
  try {
    const path = createRequire(import.meta.url).resolve(name);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}
