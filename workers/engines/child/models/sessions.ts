import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type { ClassifierManifest, DetectorManifest, EmbedderManifest } from '../../../../src/models/manifest.ts';
import { ModelError } from '../../../../src/models/model-error.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import { preparePlanes } from '../../../../src/recognition/input-tensor.ts';
import { checkTensors } from './check-tensors.ts';
import { explainLoadError } from './explain-load-error.ts';
import { FreeArrays } from './free-arrays.ts';
import type { ModelThreads } from './model-threads.ts';

export type RunnableManifest = DetectorManifest | EmbedderManifest | ClassifierManifest;

/** A model ready to run. */
export interface ModelSession<M extends RunnableManifest = RunnableManifest> {
  model: LoadedModel<M>;
  planes: ReturnType<typeof preparePlanes>;
  /** How many runs may go on at once; further ones wait. */
  atOnce: number;
  /** An array for the input of a batch, [count, 3, height, width] as in the manifest, with anything in it. */
  takeValues(count: number): Float32Array<ArrayBuffer>;
  /** Runs a batch. The array is the session's again. */
  run(values: Float32Array<ArrayBuffer>, count: number): Promise<OutputTensors>;
}

export interface SessionOptions {
  /** Keeps the memory of a run for the next one. */
  memoryArena?: boolean;
}

/**
 * Loads a model for the CPU. A run uses all threads and blocks the one that calls it while it computes (ONNX Runtime for
 * Node is synchronous inside), which is why it happens in an engine of its own. Throws ModelError when the file is not the
 * one its manifest describes, ONNX Runtime does not take it (an operator it does not know), or its inputs or outputs are
 * others than the manifest's.
 */
export async function openSession<M extends RunnableManifest>(
  model: LoadedModel<M>,
  threads: number,
): Promise<ModelSession<M>> {
  const { input } = model.manifest;
  const session = await createSession(model, threads);
  checkTensors(model, session);
  const arrays = new FreeArrays();
  return {
    model,
    planes: preparePlanes(input),
    atOnce: 1,
    takeValues: (count) => arrays.take(count * 3 * input.height * input.width),
    async run(values, count) {
      const tensor = new Tensor('float32', values, [count, 3, input.height, input.width]);
      const outputs = await session.run({ [input.name]: tensor });
      arrays.give(values);
      return outputs as unknown as OutputTensors;
    },
  };
}

/** Each thread has a copy of such a model: 32 MB are five times the default embedder. */
const SMALL_BYTES = 32e6;

/** Whether a model runs on several crops at once, a thread each, rather than on one with all threads: a small embedder does. */
export async function isForThreads({ manifest, file }: LoadedModel): Promise<boolean> {
  return manifest.kind === 'embedder' && (await stat(file)).size <= SMALL_BYTES;
}

/** The same for such a model: threads of its own, each of which runs another batch. Throws ModelError. */
export async function openThreadedSession<M extends RunnableManifest>(
  model: LoadedModel<M>,
  threads: ModelThreads,
): Promise<ModelSession<M>> {
  const { input } = model.manifest;
  const { tensors, run } = await threads.open(model);
  checkTensors(model, tensors);
  const arrays = new FreeArrays();
  return {
    model,
    planes: preparePlanes(input),
    atOnce: threads.runs,
    takeValues: (count) => arrays.take(count * 3 * input.height * input.width),
    async run(values, count) {
      const dims = [count, 3, input.height, input.width];
      const { outputs, feeds } = await run({ [input.name]: { dims, data: values } });
      arrays.give(feeds[input.name]!.data);
      return outputs;
    },
  };
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
 * The bare session of a model of any kind. Measured with the default models, int8, on 2 cores without VNNI: 2 threads halve the time (detector 130 -> 72 ms); spinning
 * threads bring nothing and burn a tenth more CPU; the memory arena brings nothing and costs 50 MB; batches of 4, 8 and 16
 * crops are no faster than single ones.
 */
export async function createSession(
  model: LoadedModel,
  threads: number,
  { memoryArena = false }: SessionOptions = {},
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
  } finally {
    // ONNX Runtime has its copy, and a thread that makes little garbage would keep them for good. Those of a small file may
    // be a part of other memory.
    if (bytes.length === bytes.buffer.byteLength) bytes.buffer.transfer(0);
  }
}
