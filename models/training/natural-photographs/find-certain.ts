/**
 * Writes the small boxes that a pipeline is certain of, in the form of judged-training.json: the detector is trained to find them in
 * photographs, too. Of everything else in these photographs nothing is said. Large boxes are left out: a pack in the hand is often
 * found together with the hand, or in two parts.
 *
 *   node models/training/natural-photographs/find-certain.ts DIR OUT.json [--pipeline shelf@5] [--from 0.6]
 *
 * DIR is a checkout of the GroceryStoreDataset. Every second photograph of packs in its training list is taken, but for the judged ones.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import { decodeFile } from '../../../workers/engines/child/pictures/decode.ts';
import { readyPipelines } from '../../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { detectProducts } from '../../../workers/engines/child/steps/detect/detect.ts';
import { readJudged } from './judged.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    pipeline: { type: 'string', default: 'shelf@5' },
    models: { type: 'string', default: join(import.meta.dirname, '../..') },
    from: { type: 'string', default: '0.6' },
  },
});
const [dir, out] = positionals;
if (!dir || !out)
  throw new Error('Say where the GroceryStoreDataset is, and where to write: node find-certain.ts DIR OUT.json');
const maxImagePixels = 50_000_000;
/** Of a side of the photograph. */
const largestShare = 0.3;
const leastWidth = 14;
const leastHeight = 16;
/** Where more are found, most are the wires of a rack. */
const mostBoxes = 14;
const chosen = (await loadPipelines(values.models)).filter(({ key }) => key === values.pipeline);
const pipeline = await (await readyPipelines(chosen, 1)).get(values.pipeline)?.open();
if (pipeline?.kind !== 'PRODUCTS') throw new Error(`There is no pipeline ${values.pipeline} that finds products.`);
const judged = new Set((await readJudged(join(import.meta.dirname, 'judged-training.json'))).map(({ file }) => file));
const files = (await readFile(join(dir, 'train.txt'), 'utf8'))
  .split('\n')
  .map((line) => line.split(',')[0]!.trim())
  .filter((file) => file.startsWith('train/Packages/') && !judged.has(file))
  .filter((_, index) => index % 2 === 0);
const photographs: { file: string; boxes: (string | number)[][] }[] = [];
for (const [index, file] of files.entries()) {
  const picture = await decodeFile(join(dir, file), maxImagePixels);
  const found = await detectProducts(picture, pipeline, Number(values.from), new JobClock(null));
  if (index % 50 === 0) console.log(`${index} of ${files.length}`);
  const small = found.filter(
    ({ width, height }) => width <= largestShare * picture.width && height <= largestShare * picture.height,
  );
  const boxes = small
    .filter(({ width, height }) => width >= leastWidth && height >= leastHeight)
    .map(({ x, y, width, height }) => ['product', ...[x, y, width, height].map(Math.round)]);
  if (boxes.length > 0 && small.length <= mostBoxes) photographs.push({ file, boxes });
}
await writeFile(out, `[\n${photographs.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
console.log(
  `${photographs.length} photographs, ${photographs.reduce((sum, { boxes }) => sum + boxes.length, 0)} boxes`,
);
