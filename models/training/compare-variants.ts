/**
 * What it changes when one machine embeds the catalogue in one variant of the models and another one finds and embeds the
 * products in another.
 *
 *   node models/training/compare-variants.ts [pipeline]
 *
 * On the shelves of examples/. Figures: docs/models.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examplesDir } from '../../src/cli/demo/examples.ts';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { listOpenModels, pickVariants, variantsOf } from '../../src/models/pick-variants.ts';
import { type Box, overlap } from '../../src/recognition/box.ts';
import { cosines } from '../../src/recognition/matching.ts';
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
import { countCpus } from '../../workers/engines/pool/cpu-quota.ts';
import type { ItemMatrix } from '../../workers/engines/protocol/item-matrix.ts';

/** product: the slug of a catalogue item; null: it is none of them. */
interface Shelf {
  file: string;
  facings: { product: string | null; box: Box }[];
}

const variants = ['fp32', 'int8'] as const;
const guard = new JobClock(null);
const maxImagePixels = 50_000_000;
// Appearance alone: that is what the embeddings decide.
const [key = 'shelf-fast@2'] = process.argv.slice(2);

setUpSharp();
const { shelves } = await readExample<{ shelves: Shelf[] }>('truth.json');
const { products } = await readExample<{ products: { slug: string; file: string }[] }>('catalog.json');
const sides = await Promise.all(
  variants.map(async (variant) => {
    const pipeline = await openIn(variant);
    return { variant, pipeline, items: await embedCatalogue(pipeline) };
  }),
);
const [{ items: one }, { items: other }] = sides as [(typeof sides)[0], (typeof sides)[0]];
const alike = one.itemIds.map((_, row) => cosines(rowOf(one, row), other)[row]!);
console.log(`cosine of a catalogue picture's embeddings in either variant: ${Math.min(...alike).toFixed(3)} at least`);
for (const { variant: catalogue, items } of sides) {
  for (const { variant, pipeline } of sides) {
    console.log(`catalogue ${catalogue}, shelves ${variant}: ${JSON.stringify(await count(pipeline, items))}`);
  }
}

async function readExample<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(examplesDir, name), 'utf8'));
}

async function openIn(variant: string): Promise<ReadyProductPipeline> {
  const loaded = await loadPipelines(new URL('..', import.meta.url).pathname);
  const chosen = listOpenModels(loaded).map((model) => {
    return [model.key, variantsOf(model).find((file) => file.variant === variant)!.sha256] as const;
  });
  const wanted = pickVariants(loaded, new Map(chosen)).filter((pipeline) => pipeline.key === key);
  return getEmbeddingPipeline(await readyPipelines(wanted, countCpus()), key);
}

async function embedCatalogue(pipeline: ReadyProductPipeline): Promise<ItemMatrix> {
  const rows: Float32Array[] = [];
  for (const { file } of products) {
    const picture = await decodeFile(join(examplesDir, file), maxImagePixels);
    rows.push((await describePicture(picture, pipeline, { features: false }, guard)).embedding);
  }
  const dims = rows[0]!.length;
  const data = new Float32Array(rows.length * dims);
  for (const [index, row] of rows.entries()) data.set(row, index * dims);
  const itemIds = products.map(({ slug }) => slug);
  return { key: 'catalogue', version: '1', itemIds, pictureIds: itemIds.map(() => []), dims, data };
}

function rowOf({ data, dims }: ItemMatrix, row: number): Float32Array {
  return data.subarray(row * dims, (row + 1) * dims);
}

async function count(pipeline: ReadyProductPipeline, items: ItemMatrix) {
  const counts = { facings: 0, found: 0, inCatalogue: 0, right: 0, wrong: 0, foreign: 0, foreignNamed: 0 };
  const options = { threshold: null, topCandidates: 1, matchCatalog: true, smoothNeighbors: false, readText: false };
  const request = {
    jobId: 'comparison',
    items,
    options,
    features: new ItemFeatures(async () => []),
    codes: new CodeReader(),
  };
  for (const { file, facings } of shelves) {
    const picture = await decodeFile(join(examplesDir, file), maxImagePixels);
    const { detections } = await analyzePicture({ ...picture, decodeMs: 0 }, pipeline, request, guard);
    for (const { product, box } of facings) {
      counts.facings += 1;
      const found = detections.find((detection) => overlap(detection, box) > 0.5);
      if (!found) continue;
      counts.found += 1;
      if (product === null) {
        counts.foreign += 1;
        counts.foreignNamed += Number(found.itemId !== null);
      } else {
        counts.inCatalogue += 1;
        counts.right += Number(found.itemId === product);
        counts.wrong += Number(found.itemId !== null && found.itemId !== product);
      }
    }
  }
  return counts;
}
