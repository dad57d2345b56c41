import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedModel } from '../../src/models/load-model.ts';
import type { ClassifierManifest, DetectorManifest, EmbedderManifest } from '../../src/models/manifest.ts';
import { ModelError } from '../../src/models/model-error.ts';
import type { OutputTensors } from '../../src/recognition/decoders/tensor.ts';
import { preparePlanes } from '../../src/recognition/input-tensor.ts';
import { checkTensors } from './check-tensors.ts';
import { explainLoadError } from './explain-load-error.ts';

export type RunnableManifest = DetectorManifest | EmbedderManifest | ClassifierManifest;

/** A model ready to run. */
export interface ModelSession<M extends RunnableManifest = RunnableManifest> {
  model: LoadedModel<M>;
  planes: ReturnType<typeof preparePlanes>;
  /**
   * Runs a batch of input values, [count, 3, height, width] as in the manifest. The call blocks the process while it
   * computes (ONNX Runtime for Node is synchronous inside), which is why it happens in an engine of its own.
   */
  run(values: Float32Array, count: number): Promise<OutputTensors>;
}

/**
 * Loads a model for the CPU. Throws ModelError when the file is not the one its manifest describes, ONNX Runtime does not
 * take it (an operator it does not know), or its inputs or outputs are others than the manifest's.
 */
export async function openSession<M extends RunnableManifest>(
  model: LoadedModel<M>,
  threads: number,
): Promise<ModelSession<M>> {
  const { input } = model.manifest;
  const session = await createSession(model, threads);
  checkTensors(model, session);
  return {
    model,
    planes: preparePlanes(input),
    async run(values, count) {
      const tensor = new Tensor('float32', values, [count, 3, input.height, input.width]);
      return (await session.run({ [input.name]: tensor })) as unknown as OutputTensors;
    },
  };
}

async function readChecked(model: LoadedModel): Promise<Buffer> {
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
 * The bare session of a model of any kind. Measured with the default models, int8, on 2 cores without VNNI: 2 threads halve the time (detector 130 -> 72 ms); spinning
 * threads bring nothing and burn a tenth more CPU; the memory arena brings nothing and costs 50 MB; batches of 4, 8 and 16
 * crops are no faster than single ones.
 */
export async function createSession(
  model: LoadedModel,
  threads: number,
  { memoryArena = false }: { memoryArena?: boolean } = {},
): Promise<InferenceSession> {
  const bytes = await readChecked(model);
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
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
  }
}
