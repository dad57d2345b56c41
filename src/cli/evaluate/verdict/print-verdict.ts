import type { Verdict } from './verdict.ts';

/** The verdict for people, as lines, without empty parts. */
export function formatVerdict({ basis, works, doesNotWork, unsure, next }: Verdict): string {
  const parts: [title: string, sentences: readonly string[]][] = [
    ['Works', works],
    ['Does not work', doesNotWork],
    ['Cannot be told from so few', unsure],
    ['What to do next', next],
  ];
  const sections = parts
    .filter(([, sentences]) => sentences.length > 0)
    .map(([title, sentences]) => [`${title}:`, ...sentences.map((sentence) => `  - ${sentence}`)].join('\n'));
  return [`Verdict. ${basis}`, ...sections].join('\n');
}
