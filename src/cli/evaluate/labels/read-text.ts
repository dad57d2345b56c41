import { readFile } from 'node:fs/promises';

/** Without the byte order mark that tools on Windows begin files with. */
export async function readText(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
}
