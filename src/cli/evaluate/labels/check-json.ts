import type { z } from 'zod';

/** Problems named at once: a file with boxes in the wrong unit has one for each of thousands. */
const MOST_PROBLEMS = 5;

/** What a document says, if it is such as `schema` has it. Throws an Error that names `what` it should be and where it is not. */
export function checkJson<T extends z.ZodType>(schema: T, value: unknown, file: string, what: string): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.slice(0, MOST_PROBLEMS).map(({ path, message }) => `\n  ${path.join('.')}: ${message}`);
  const more = issues.length > MOST_PROBLEMS ? `\n  and ${issues.length - MOST_PROBLEMS} more` : '';
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
