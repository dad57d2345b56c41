/**
 * Counts what the boxes of a pipeline's detector show on thirty natural photographs, as a person judged them.
 *
 *   node models/training/natural-photographs/count-boxes.ts DIR [--pipeline shelf@6] [--models DIR] [--threshold 0.552]
 *     [--overlays DIR] [--from 0.4]
 *
 * DIR is a checkout of the GroceryStoreDataset. judged.json says of boxes what they show. A box that overlaps none of them is listed
 * as `not judged`: look at it in the overlays (--overlays writes them, with the boxes from the score --from on) and add it to
 * judged.json. Method and figures: docs/models.md.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { scoreDetections } from '../../../src/recognition/evaluation/detection-scores.ts';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import { decodeFile } from '../../../workers/engines/child/pictures/decode.ts';
import {
  type ReadyProductPipeline,
  readyPipelines,
} from '../../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { detectProducts } from '../../../workers/engines/child/steps/detect/detect.ts';
import { drawBoxes } from './draw-boxes.ts';
import {
  type CountedBox,
  countMissed,
  type JudgedPhotograph,
  judgeFound,
  type Kind,
  kinds,
  readJudged,
} from './judged.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    pipeline: { type: 'string', default: 'shelf@6' },
    models: { type: 'string', default: join(import.meta.dirname, '../..') },
    threshold: { type: 'string' },
    judged: { type: 'string', default: join(import.meta.dirname, 'judged.json') },
    overlays: { type: 'string' },
    from: { type: 'string', default: '0.4' },
  },
});
const [dir] = positionals;
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node count-boxes.ts DIR');
const maxImagePixels = 50_000_000;
const pipeline = await openPipeline(values.models, values.pipeline);
const { manifest, variant } = pipeline.detector.model;
const threshold = Number(values.threshold ?? manifest.variants[variant]!.threshold);
const lowest = Math.min(threshold, Number(values.from));
if (values.overlays) await mkdir(values.overlays, { recursive: true });

const photographs: { judged: JudgedPhotograph; counted: CountedBox[] }[] = [];
for (const [index, judged] of (await readJudged(values.judged)).entries()) {
  const picture = await decodeFile(join(dir, judged.file), maxImagePixels);
  const found = await detectProducts(picture, pipeline, lowest, new JobClock(null));
  const counted = judgeFound(found, judged);
  photographs.push({ judged, counted });
  if (values.overlays) await drawBoxes(picture, counted, values.overlays, String(index));
  for (const [number, box] of counted.entries()) if (box.is === null) printUnjudged(index, number, box);
}
console.log(`${pipeline.settings.key}, ${pipeline.detector.model.key} ${variant}, threshold ${threshold}`);
const counts = countFrom(threshold);
for (const [kind, { title }] of Object.entries(kinds)) console.log(`${title.padEnd(45)}${counts.of(kind as Kind)}`);
console.log(`${'no products'.padEnd(45)}${counts.background}`);
console.log(`${'products without a box'.padEnd(45)}${counts.missed}`);
console.log(`${'not judged'.padEnd(45)}${counts.of(null)}`);
console.log('\nthreshold  products  missed  parts  groups  no products  not judged     F1');
for (let at = Number(values.from); at < 0.75; at += 0.01) {
  const row = countFrom(at);
  const counted = [row.of('product'), row.missed, row.of('part'), row.of('group'), row.background, row.of(null)];
  console.log([at.toFixed(2), ...counted, row.f1.toFixed(3)].map((cell) => String(cell).padStart(9)).join(''));
}

async function openPipeline(models: string, key: string): Promise<ReadyProductPipeline> {
  const chosen = (await loadPipelines(models)).filter((each) => each.key === key);
  const ready = await (await readyPipelines(chosen, 1)).get(key)?.open();
  if (ready?.kind !== 'PRODUCTS') throw new Error(`There is no pipeline ${key} that finds products in ${models}.`);
  return ready;
}

function countFrom(least: number) {
  const chosen = photographs.map(({ judged, counted }) => {
    return { judged, counted: counted.filter(({ score }) => score >= least) };
  });
  const boxes = chosen.flatMap(({ counted }) => counted);
  const of = (kind: Kind | null) => boxes.filter(({ is }) => is === kind).length;
  const background = boxes.filter(({ is }) => is !== null && kinds[is].isBackground).length;
  const missed = chosen.reduce((sum, { judged, counted }) => sum + countMissed(counted, judged), 0);
  const right = of('product');
  // Whether loose fruit is a product depends on what one looks for.
  const found = boxes.length - of('loose') - of(null);
  return { of, background, missed, f1: scoreDetections(right, found, right + missed).f1 };
}

function printUnjudged(photograph: number, number: number, { x, y, width, height, score }: CountedBox): void {
  const box = [x, y, width, height].map((value) => Math.round(value)).join(', ');
  console.log(`${photograph}.${number}: not judged: ${box} (${score.toFixed(3)})`);
}
