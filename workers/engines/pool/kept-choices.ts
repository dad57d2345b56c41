import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import { type OpenModel, variantsOf } from '../../../src/models/pick-variants.ts';

/** The stored choice of a machine: one file for each model and kind of machine. */
const keptChoice = z.object({ sha256: z.string() });

export interface Machine {
  processor: string;
  /** Threads of one run of a model. */
  threads: number;
  onnxRuntime: string;
  /** Absent: the CPU. */
  provider?: ExecutionProvider;
}

/** The directory of choices in a DATA_DIR. */
export function variantsDirOf(dataDir: string): string {
  return join(dataDir, 'variants');
}

export function thisMachine(threads: number, provider: ExecutionProvider): Machine {
  const file = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const machine = { processor: cpus()[0]?.model ?? process.arch, threads, onnxRuntime: version };
  return provider === 'cpu' ? machine : { ...machine, provider };
}

/** The sha256 of the file that was chosen on this kind of machine before; null: none, or none of these files. */
export async function readChoice(folder: string, model: OpenModel, machine: Machine): Promise<string | null> {
  const text = await readFile(fileOf(folder, model, machine), 'utf8').catch(() => null);
  if (text === null) return null;
  const found = keptChoice.safeParse(parse(text)).data?.sha256;
  return variantsOf(model).some(({ sha256 }) => sha256 === found) ? found! : null;
}

/** Stores a choice, with other data that may help a person who reads the file. */
export async function keepChoice(
  folder: string,
  model: OpenModel,
  machine: Machine,
  choice: z.infer<typeof keptChoice> & Record<string, unknown>,
): Promise<void> {
  const file = fileOf(folder, model, machine);
  await mkdir(dirname(file), { recursive: true });
  // Workers of one DATA_DIR may write at the same time; files are never incomplete.
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, `${JSON.stringify({ model: model.key, ...machine, ...choice }, null, 2)}\n`);
  await rename(partial, file);
}

function fileOf(folder: string, model: OpenModel, machine: Machine): string {
  const files = variantsOf(model).map(({ sha256 }) => sha256);
  const { processor, threads, onnxRuntime, provider } = machine;
  const key = JSON.stringify([files.sort(), processor, threads, onnxRuntime, ...(provider ? [provider] : [])]);
  return join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
}

/** A file that is not JSON is ignored, and the models are timed again. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
