import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

export const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The code block of a language that contains a text. */
export function codeBlock(language: 'bash' | 'js', containing: string): string {
  const blocks = [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, found]) => found === language);
  const block = blocks.find(([, , code]) => code!.includes(containing));
  if (!block) throw new Error(`README.md has no ${language} block with "${containing}".`);
  return block[2]!;
}
