import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../../../src/models/execution-provider.ts';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import { ModelError } from '../../../../src/models/model-error.ts';
import { explainLoadError } from './explain-load-error.ts';

export interface SessionOptions {
  /** Keeps the memory of a run for the next one. */
  memoryArena?: boolean;
  /** What runs the model; the CPU if absent. */
  provider?: ExecutionProvider;
}

async function readChecked(model: LoadedModel): Promise<Buffer<ArrayBuffer>> {
  const bytes = await readFile(model.file);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== model.sha256) {
    throw new ModelError(
      `${model.file} has the checksum ${found}, but the manifest of ${model.key} says ${model.sha256}. ` +
        'Fetch the file again, or write the new checksum into the manifest.',
    );
  }
  return bytes;
}

/**
 * The bare session of a model of any kind. Measured with the default models, int8, on 2 cores without VNNI: 2 threads halve the
 * time (detector 130 -> 72 ms); spinning threads are no faster and use a tenth more CPU; the memory arena is no faster and costs 50
 * MB; batches of 4, 8 and 16 crops are no faster than single ones.
 */
export async function createSession(
  model: LoadedModel,
  threads: number,
  { memoryArena = false, provider = 'cpu' }: SessionOptions = {},
): Promise<InferenceSession> {
  const bytes = await readChecked(model);
  try {
    return await InferenceSession.create(bytes, {
      // Operators that a GPU does not have run on the CPU.
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableCpuMemArena: memoryArena,
      enableMemPattern: false,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw new ModelError(
      `ONNX Runtime cannot load ${model.key} (${model.variant}): ${explainLoadError((error as Error).message)}`,
      { cause: error },
    );
  } finally {
    // ONNX Runtime has copied them, and a thread that produces little garbage would never free them. The bytes of a small file may
    // be part of a shared buffer.
    if (bytes.length === bytes.buffer.byteLength) bytes.buffer.transfer(0);
  }
}
