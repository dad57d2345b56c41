import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedModel } from '../../../src/models/load-model.ts';
import type { ModelReport } from '../protocol/verify-messages.ts';
import { createSession } from './models/create-session.ts';
import { ModelThreads } from './models/model-threads.ts';
import { decodeFile } from './pictures/decode.ts';
import { stepOf } from './steps/steps.ts';

/** Runs timed for each batch size, after the first. */
const timedRuns = 5;

/** Loads a model, runs it in every batch size and, when a picture is given, on that. Throws ModelError or JobFailure. */
export async function verifyModel(
  model: LoadedModel,
  options: { threads: number; image: string | null; maxImagePixels: number },
): Promise<ModelReport> {
  const startedAt = performance.now();
  const session = await createSession(model, options.threads);
  const loadMs = performance.now() - startedAt;
  // Checks that its outputs match its manifest, which timing does not show.
  const step = stepOf(model.manifest.kind);
  const ready = await step.open(model, {
    threads: options.threads,
    modelThreads: new ModelThreads(1),
    provider: 'cpu',
  });
  return {
    loadMs,
    inputs: session.inputMetadata.map(describeTensor),
    outputs: session.outputMetadata.map(describeTensor),
    buckets: await timeBuckets(session, model),
    found:
      options.image === null ? null : await step.tell(ready, await decodeFile(options.image, options.maxImagePixels)),
  };
}

async function timeBuckets(session: InferenceSession, model: LoadedModel): Promise<ModelReport['buckets']> {
  const buckets: ModelReport['buckets'] = [];
  for (const { batch, feeds } of makeFeeds(model)) {
    const times: number[] = [];
    for (let run = 0; run <= timedRuns; run++) {
      const startedAt = performance.now();
      await session.run(feeds);
      times.push(performance.now() - startedAt);
    }
    const [firstMs, ...rest] = times as [number, ...number[]];
    buckets.push({ batch, firstMs, medianMs: rest.sort((a, b) => a - b)[rest.length >> 1]! });
  }
  return buckets;
}

/** Grey pictures, in every batch size that the model is run in. */
function makeFeeds({ manifest }: LoadedModel): { batch: number; feeds: Record<string, Tensor> }[] {
  const grey = (batch: number, width: number, height: number) =>
    new Tensor('float32', new Float32Array(batch * 3 * width * height).fill(0.5), [batch, 3, height, width]);
  switch (manifest.kind) {
    case 'local-features': {
      const { image, valid, side } = manifest.input;
      return [
        { batch: 1, feeds: { [image]: grey(1, side, side), [valid]: new Tensor('float32', [side, side], [1, 2]) } },
      ];
    }
    case 'text-detector': {
      const { name, maxSide } = manifest.input;
      return [{ batch: 1, feeds: { [name]: grey(1, maxSide, maxSide) } }];
    }
    case 'text-recognizer': {
      const { name, leastWidth, height } = manifest.input;
      return [{ batch: 1, feeds: { [name]: grey(1, leastWidth, height) } }];
    }
    default: {
      const { name, width, height, batch } = manifest.input;
      return batch.map((size) => ({ batch: size, feeds: { [name]: grey(size, width, height) } }));
    }
  }
}

function describeTensor(value: InferenceSession.ValueMetadata): string {
  return value.isTensor ? `${value.name} ${value.type} [${value.shape.join(', ')}]` : value.name;
}
