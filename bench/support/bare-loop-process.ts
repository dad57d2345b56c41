import { exampleProducts, examplesDir } from '../../src/cli/demo/examples.ts';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { decodePicture } from '../../workers/engine/decode.ts';
import { describePicture } from '../../workers/engine/describe.ts';
import type { ItemMatrix } from '../../workers/engine/jobs.ts';
import {
  getEmbeddingPipeline,
  type ReadyProductPipeline,
  readyPipelines,
} from '../../workers/engine/loaded-pipelines.ts';
import { analyzePicture } from '../../workers/engine/pipeline.ts';
import { setUpSharp } from '../../workers/engine/sharp-setup.ts';
import type { LoopResult, ToBareLoop } from './bare-loop.ts';
import { serveParent } from './child.ts';

/**
 * What the pipeline bench compares with: a program that somebody would write who has a folder of pictures and no server. It
 * uses the engine's own decoding, models and matching, one picture after the other.
 */
const guard = { check() {} };
const maxImagePixels = 50_000_000;

async function prepare({ modelsDir, threads }: Extract<ToBareLoop, { type: 'init' }>) {
  const loaded = await loadPipelines(modelsDir);
  const pipeline = getEmbeddingPipeline(await readyPipelines(loaded, threads), loaded[0]!.key);
  return { pipeline, items: await describeProducts(pipeline) };
}

async function describeProducts(pipeline: ReadyProductPipeline): Promise<ItemMatrix> {
  const rows: Float32Array[] = [];
  const products = await exampleProducts();
  for (const { file } of products) {
    const described = await describePicture(
      await decodePicture(`${examplesDir}${file}`, maxImagePixels),
      pipeline,
      guard,
    );
    rows.push(described.embedding);
  }
  const dims = rows[0]!.length;
  const data = new Float32Array(rows.length * dims);
  for (const [index, row] of rows.entries()) data.set(row, index * dims);
  return { key: 'bench', version: '1', itemIds: products.map(({ customId }) => customId), dims, data };
}

async function loop(
  { files, decodeAhead }: Extract<ToBareLoop, { type: 'run' }>,
  { pipeline, items }: Awaited<ReturnType<typeof prepare>>,
): Promise<LoopResult> {
  const options = { threshold: null, topCandidates: 1, matchCatalog: true, smoothNeighbors: false };
  const decode = (file: string) => decodePicture(file, maxImagePixels);
  let detections = 0;
  let named = 0;
  const startedAt = performance.now();
  let next = decode(files[0]!);
  for (const index of files.keys()) {
    const picture = await next;
    const following = files[index + 1];
    if (decodeAhead && following) next = decode(following);
    const result = await analyzePicture({ ...picture, decodeMs: 0 }, pipeline, { options, items }, guard);
    // As the server does, whose images are searchable unless somebody says otherwise.
    await describePicture(picture, pipeline, guard);
    if (!decodeAhead && following) next = decode(following);
    detections += result.detections.length;
    named += result.detections.filter(({ itemId }) => itemId !== null).length;
  }
  return { seconds: (performance.now() - startedAt) / 1000, detections, named };
}

setUpSharp();
let prepared: Awaited<ReturnType<typeof prepare>>;
serveParent<ToBareLoop, LoopResult | 'ready'>(async (message) => {
  if (message.type === 'run') return loop(message, prepared);
  prepared = await prepare(message);
  return 'ready';
});
