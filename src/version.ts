import { readFileSync } from 'node:fs';

/** The version in package.json, for `--version`, Query.system and the list of workers. */
export const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
