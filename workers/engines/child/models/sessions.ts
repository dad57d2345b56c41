import { stat } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../../../src/models/execution-provider.ts';
import type { LoadedModel } from '../../../../src/models/load-model.ts';
import type { PictureManifest } from '../../../../src/models/manifest.ts';
import type { OutputTensors } from '../../../../src/recognition/decoders/tensor.ts';
import { preparePlanes } from '../../../../src/recognition/input-tensor.ts';
import { checkTensors } from './check-tensors.ts';
import { createSession } from './create-session.ts';
import { FreeArrays } from './free-arrays.ts';
import type { ModelSession } from './model-session.ts';
import type { ModelThreads } from './model-threads.ts';

/**
 * Loads a model. On the CPU, a run uses all threads and blocks the one that calls it while it computes (ONNX Runtime for Node is
 * synchronous inside), which is why it happens in a separate engine process. Throws ModelError if the file is not the one that its
 * manifest describes, if ONNX Runtime cannot load it (an unknown operator), or if its inputs or outputs differ from the manifest.
 */
export async function openSession<M extends PictureManifest>(
  model: LoadedModel<M>,
  threads: number,
  provider: ExecutionProvider,
): Promise<ModelSession<M>> {
  const { input } = model.manifest;
  const session = await createSession(model, threads, { provider });
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
const smallBytes = 32e6;

/** Whether a model runs on several crops at once, each with one thread, instead of on one with all threads: a small embedder does. */
export async function isForThreads({ manifest, file }: LoadedModel): Promise<boolean> {
  return manifest.kind === 'embedder' && (await stat(file)).size <= smallBytes;
}

/** The same for such a model: it has its own threads, each of which runs another batch. Throws ModelError. */
export async function openThreadedSession<M extends PictureManifest>(
  model: LoadedModel<M>,
  threads: ModelThreads,
  provider: ExecutionProvider,
): Promise<ModelSession<M>> {
  const { input } = model.manifest;
  const { tensors, run } = await threads.open(model, { provider });
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
