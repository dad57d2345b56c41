import { exampleProducts, examplesDir } from '../../src/cli/demo/examples.ts';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { defaultPipeline, resolvePipeline } from '../../src/models/resolve-pipeline.ts';
import { JobClock } from '../../workers/engines/child/job-guard.ts';
import { decodeFile } from '../../workers/engines/child/pictures/decode.ts';
import { setUpSharp } from '../../workers/engines/child/pictures/sharp-setup.ts';
import { describePicture } from '../../workers/engines/child/pipelines/describe.ts';
import { analyzePicture } from '../../workers/engines/child/pipelines/find-products.ts';
import {
  getEmbeddingPipeline,
  type ReadyProductPipeline,
  readyPipelines,
} from '../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { CodeReader } from '../../workers/engines/child/steps/codes/code-reader.ts';
import { ItemFeatures } from '../../workers/engines/child/steps/verify/item-features.ts';
import { applyKeptChoices } from '../../workers/engines/pool/choose-variants.ts';
import type { ItemMatrix, StoredFeatures } from '../../workers/engines/protocol/item-matrix.ts';
import type { LoopResult, ToBareLoop } from './bare-loop.ts';
import { serveParent } from './child.ts';

/**
 * What the pipeline bench compares with: a program that somebody would write who has a folder of pictures and no server. It
 * uses the engine's own decoding, models and matching, one picture after the other.
 */
const guard = new JobClock(null);
const maxImagePixels = 50_000_000;

async function prepare({ modelsDir, variantsDir: folder, threads }: Extract<ToBareLoop, { type: 'init' }>) {
  const loaded = await applyKeptChoices(await loadPipelines(modelsDir), { folder, threads, provider: 'cpu' });
  const { key } = resolvePipeline(loaded, defaultPipeline)!;
  const pipeline = await getEmbeddingPipeline(await readyPipelines(loaded, threads), key);
  return { pipeline, ...(await describeProducts(pipeline)) };
}

async function describeProducts(
  pipeline: ReadyProductPipeline,
): Promise<{ items: ItemMatrix; features: ItemFeatures }> {
  const rows: Float32Array[] = [];
  const stored = new Map<string, StoredFeatures>();
  const products = await exampleProducts();
  for (const { file, customId } of products) {
    const described = await describePicture(
      await decodeFile(`${examplesDir}${file}`, maxImagePixels),
      pipeline,
      { features: true },
      guard,
    );
    rows.push(described.embedding);
    stored.set(customId, { pictureId: customId, features: described.features! });
  }
  const dims = rows[0]!.length;
  const data = new Float32Array(rows.length * dims);
  for (const [index, row] of rows.entries()) data.set(row, index * dims);
  const itemIds = products.map(({ customId }) => customId);
  const items = { key: 'bench', version: '1', itemIds, pictureIds: itemIds.map((id) => [id]), dims, data };
  const features = new ItemFeatures(async (_job, _model, wanted) =>
    wanted.flatMap(({ pictureId }) => stored.get(pictureId) ?? []),
  );
  return { items, features };
}

async function loop(
  { files, decodeAhead }: Extract<ToBareLoop, { type: 'run' }>,
  { pipeline, items, features }: Awaited<ReturnType<typeof prepare>>,
): Promise<LoopResult> {
  const options = { threshold: null, topCandidates: 1, matchCatalog: true, smoothNeighbors: false, readText: false };
  const request = { jobId: 'bench', items, features, codes: new CodeReader() };
  const decode = (file: string) => decodeFile(file, maxImagePixels);
  let detections = 0;
  let named = 0;
  const startedAt = performance.now();
  let next = decode(files[0]!);
  for (const index of files.keys()) {
    const picture = await next;
    const following = files[index + 1];
    if (decodeAhead && following) next = decode(following);
    const result = await analyzePicture({ ...picture, decodeMs: 0 }, pipeline, { ...request, options }, guard);
    // As the server does, whose images are searchable unless somebody says otherwise.
    await describePicture(picture, pipeline, { features: false }, guard);
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
