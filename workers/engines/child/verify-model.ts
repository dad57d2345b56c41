import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { expectKind, type LoadedModel } from '../../../src/models/load-model.ts';
import type { ModelReport } from '../protocol/verify-messages.ts';
import { ModelThreads } from './models/model-threads.ts';
import { createSession, openSession, type RunnableManifest } from './models/sessions.ts';
import { warmUp } from './models/warm-up.ts';
import { decodeFile } from './pictures/decode.ts';
import { classifyPicture } from './steps/classify.ts';
import { detectProducts } from './steps/detect.ts';
import { embedRegions } from './steps/embed.ts';
import { openFeatureSession } from './steps/verify/feature-session.ts';

/** Runs timed for each batch size, after the first. */
const TIMED_RUNS = 5;

/** Loads a model, runs it in every batch size and, when a picture is given, on that. Throws ModelError or JobFailure. */
export async function verifyModel(
  model: LoadedModel,
  options: { threads: number; image: string | null; maxImagePixels: number },
): Promise<ModelReport> {
  const startedAt = performance.now();
  const session = await createSession(model, options.threads);
  const loadMs = performance.now() - startedAt;
  // Whether its outputs are what its manifest says, which no time of a run shows.
  if (isRunnable(model)) await warmUp(await openSession(model, options.threads));
  else await openFeatureSession(expectKind(model, 'local-features'), new ModelThreads(1));
  return {
    loadMs,
    inputs: session.inputMetadata.map(describeTensor),
    outputs: session.outputMetadata.map(describeTensor),
    buckets: await timeBuckets(session, model),
    found: options.image === null ? null : await lookAt(model, options.image, options),
  };
}

function isRunnable(model: LoadedModel): model is LoadedModel<RunnableManifest> {
  return model.manifest.kind !== 'local-features';
}

async function timeBuckets(session: InferenceSession, model: LoadedModel): Promise<ModelReport['buckets']> {
  const buckets: ModelReport['buckets'] = [];
  for (const { batch, feeds } of makeFeeds(model)) {
    const times: number[] = [];
    for (let run = 0; run <= TIMED_RUNS; run++) {
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
  if (manifest.kind === 'local-features') {
    const { side } = manifest.input;
    const valid = new Tensor('float32', [side, side], [1, 2]);
    return [{ batch: 1, feeds: { [manifest.input.image]: grey(1, side, side), [manifest.input.valid]: valid } }];
  }
  const { name, width, height, batch } = manifest.input;
  return batch.map((size) => ({ batch: size, feeds: { [name]: grey(size, width, height) } }));
}

async function lookAt(model: LoadedModel, image: string, options: { threads: number; maxImagePixels: number }) {
  if (model.manifest.kind === 'local-features') return null;
  const picture = await decodeFile(image, options.maxImagePixels);
  const guard = { check() {} };
  if (model.manifest.kind === 'embedder') {
    const embedder = await openSession(expectKind(model, 'embedder'), options.threads);
    const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
    const [embedding] = await embedRegions(picture, [whole], { embedder }, guard);
    const start = [...embedding!.subarray(0, 4)].map((value) => value.toFixed(3)).join(', ');
    return `an embedding of ${embedding!.length} numbers: ${start}, ...`;
  }
  if (model.manifest.kind === 'classifier') {
    const classifier = await openSession(expectKind(model, 'classifier'), options.threads);
    const labels = await classifyPicture(picture, { classifier }, guard);
    const likeliest = labels.sort((a, b) => b.confidence - a.confidence).slice(0, 3);
    return `the labels ${likeliest.map(({ name, confidence }) => `${name} (${confidence.toFixed(2)})`).join(', ')}`;
  }
  const detector = await openSession(expectKind(model, 'detector'), options.threads);
  const tiling = { whenNarrowerThan: 0, targetWidth: 1, overlap: 0.2, maxTilesPerSide: 1 };
  const settings = { nmsIou: 0.5, maxDetections: 1_000, tiling };
  const threshold = detector.model.manifest.variants[model.variant]!.threshold;
  const boxes = await detectProducts(picture, { detector, settings }, threshold, guard);
  const { labels } = detector.model.manifest;
  const surest = boxes.slice(0, 3).map(({ x, y, width, height, score, label }) => {
    const place = [x, y, width, height].map(Math.round).join(' ');
    return `${label === null ? '' : `${labels[label]} at `}${place} (${score.toFixed(2)})`;
  });
  return `${boxes.length} boxes above ${threshold}${surest.length > 0 ? `, the surest: ${surest.join(', ')}` : ''}`;
}

function describeTensor(value: InferenceSession.ValueMetadata): string {
  return value.isTensor ? `${value.name} ${value.type} [${value.shape.join(', ')}]` : value.name;
}
