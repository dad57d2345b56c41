import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from './readme.ts';

const run = promisify(execFile);
const exampleClip = path.join(projectRoot, 'examples/videos/aisle-pan.mp4');

/** The blocks of code of a page that are in one of these languages. @param page from the root of the project */
export function codeIn(page: string, ...languages: string[]): string[] {
  const text = readFileSync(path.join(projectRoot, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, language, code]) =>
    languages.includes(language!) ? [code!] : [],
  );
}

/**
 * Runs the commands of a page as they stand there, but for server, key, photograph and clip.
 * @param containing part of the block of commands to run.
 * @returns their stdout. @throws with their stderr when they fail
 */
export async function runDocumented(
  page: string,
  containing: string,
  { url, apiKey, photo, clip = exampleClip }: { url: string; apiKey: string; photo: string; clip?: string },
): Promise<string> {
  const commands = codeIn(page, 'sh', 'bash')
    .find((code) => code.includes(containing))!
    .replaceAll('http://127.0.0.1:4000', url)
    .replaceAll('photo.jpg', photo)
    .replaceAll('clip.mp4', clip)
    .replaceAll('sl_…', apiKey);
  // The machine's own Node may be an old one, so they have to call the project's.
  const script = `node() { false; }\n${commands}`;
  const env = { ...process.env, SIGHTLINE_URL: url, SIGHTLINE_API_KEY: apiKey, KEY: apiKey };
  return (await run('bash', ['-euo', 'pipefail', '-c', script], { env, cwd: projectRoot })).stdout;
}
