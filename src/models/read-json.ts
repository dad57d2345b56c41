import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ModelError } from './model-error.ts';

/** Reads and checks one JSON file; all problems in it are reported at once, with their paths. */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new ModelError(`${file} cannot be read. Add the file, or set MODELS_DIR to the right folder.`, {
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ModelError(`${file} is not valid JSON: ${(error as Error).message}.`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ModelError(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
