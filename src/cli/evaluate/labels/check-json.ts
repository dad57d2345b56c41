import type { z } from 'zod';

/** Number of problems in a message: a file with thousands of boxes in the wrong unit has one for each. */
const mostProblems = 5;

/** Parses a document with `schema`. Throws an Error that says `what` it should be and where it differs. */
export function checkJson<T extends z.ZodType>(schema: T, value: unknown, file: string, what: string): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.slice(0, mostProblems).map(({ path, message }) => `\n  ${path.join('.')}: ${message}`);
  const more = issues.length > mostProblems ? `\n  and ${issues.length - mostProblems} more` : '';
  throw new Error(`${file} is not a ${what}:${problems.join('')}${more}`);
}

/** Throws an Error that names the file. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid JSON: ${(error as Error).message}.`, { cause: error });
  }
}
