/**
 * Fits the two numbers that turn cosines into chances (`matching` of a pipeline file) and says how good they are.
 *
 *   node models/training/calibrate.ts DIR [pipeline]
 *
 * DIR is a checkout of the GroceryStoreDataset (classes.csv, train.txt, val.txt). Its one iconic picture an item is the
 * catalogue, its packages photographed in shops are the queries. Method and figures: docs/models.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { calibrate } from '../../src/recognition/calibration.ts';
import { cosines, topIndexes } from '../../src/recognition/matching.ts';
import { countCpus, planEngines } from '../../workers/engines/pool/cpu-quota.ts';
import { startEnginePool } from '../../workers/engines/pool/pool.ts';
import { seededRandom, shuffle } from './random.ts';

/** How often a query's item is missing from the catalogue it is compared with, and how large catalogues are. */
const SHARE_UNKNOWN = 0.3;
const CATALOGUE_SIZES = [4, 8, 16, 30];
const ACCEPT = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

interface Photo {
  item: number;
  embedding: Float32Array;
}

interface Trial {
  /** Cosines with the catalogue's items; the right one is first when it is there. */
  cosines: Float32Array;
  known: boolean;
}

const [dir, pipeline = 'shelf-fast@2'] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/calibrate.ts DIR');
const { items, photos } = await embedDataset(dir);
const random = seededRandom(7);
// Items, not photographs, are split: a chance must hold for products that it was not fitted on.
const trials = [0, 1].map((half) =>
  photos.filter((photo) => photo.item % 2 === half).flatMap((photo) => makeTrials(photo, items, random)),
);
for (const [fitted, tested] of [
  [0, 1],
  [1, 0],
] as const) {
  const fit = fitCalibration(trials[fitted]!);
  report(`fitted on half ${fitted}, tested on half ${tested}`, fit, trials[tested]!);
}
const all = trials.flat();
const fit = fitCalibration(all);
report('fitted on all (what the pipeline file holds)', fit, all);
for (const size of CATALOGUE_SIZES) {
  report(
    `  catalogues of ${size}`,
    fit,
    all.filter((trial) => trial.cosines.length === size),
  );
}

async function embedDataset(folder: string) {
  const rows = (await readFile(join(folder, 'classes.csv'), 'utf8')).trim().split(/\r?\n/).slice(1);
  const packages = rows.map((row) => row.split(',')).filter((row) => row[4]!.includes('/Packages/'));
  const lists = await Promise.all(['train.txt', 'val.txt'].map((name) => readFile(join(folder, name), 'utf8')));
  const lines = lists.flatMap((text) => text.trim().split(/\r?\n/)).map((line) => line.split(', '));
  const place = new Map(packages.map((row, index) => [row[1]!, index]));
  const { engines, threads } = planEngines(countCpus(), null, null);
  const pool = startEnginePool({
    modelsDir: new URL('..', import.meta.url).pathname,
    engines,
    threads,
    maxImagePixels: 50e6,
    queueLimit: 10_000,
    logger: pino(),
  });
  await pool.ready;
  const embed = async (file: string) => {
    const outcome = await pool.describe({ id: file, file: join(folder, file), pipeline, features: false, priority: 0 });
    if (!outcome.ok) throw new Error(`${file}: ${outcome.failure.message}`);
    return outcome.embedding;
  };
  const catalogue = await Promise.all(packages.map((row) => embed(row[4]!)));
  const queries = await Promise.all(
    lines
      .filter((line) => place.has(line[1]!))
      .map(async (line): Promise<Photo> => ({ item: place.get(line[1]!)!, embedding: await embed(line[0]!) })),
  );
  await pool.close(0);
  console.log(`${catalogue.length} items, ${queries.length} photographs`);
  return { items: catalogue, photos: queries };
}

function makeTrials(photo: Photo, catalogue: Float32Array[], next: () => number): Trial[] {
  return CATALOGUE_SIZES.map((size) => {
    const known = next() >= SHARE_UNKNOWN;
    const others = shuffle(
      catalogue.map((_, index) => index).filter((index) => index !== photo.item),
      next,
    );
    const chosen = (known ? [photo.item, ...others] : others).slice(0, size);
    const dims = photo.embedding.length;
    const data = new Float32Array(chosen.length * dims);
    for (const [row, index] of chosen.entries()) data.set(catalogue[index]!, row * dims);
    return { known, cosines: cosines(photo.embedding, { dims, data }) };
  });
}

/**
 * Least mean log loss over a grid; the surface has one flat valley, so a finer search finds nothing better. The loss is that
 * of the likeliest item being right, which is what a client sees as confidence. Fitting the chances of all items at once
 * left that one too low: of detections said to be right with 50 %, 79 % were.
 */
function fitCalibration(trials: Trial[]) {
  let best = { loss: Number.POSITIVE_INFINITY, temperature: 0, noneCosine: 0 };
  for (let temperature = 0.02; temperature <= 0.3; temperature *= 1.05) {
    for (let noneCosine = -0.2; noneCosine <= 0.8; noneCosine += 0.02) {
      const loss = logLoss(trials, { temperature, noneCosine });
      if (loss < best.loss) best = { loss, temperature, noneCosine };
    }
  }
  return best;
}

function logLoss(trials: Trial[], calibration: { temperature: number; noneCosine: number }): number {
  let sum = 0;
  for (const trial of trials) {
    const { right, chance } = judge(trial, calibration);
    sum -= Math.log(Math.max(1e-9, right ? chance : 1 - chance));
  }
  return sum / trials.length;
}

/** The likeliest item's chance, and whether it is the right one. */
function judge({ cosines, known }: Trial, calibration: { temperature: number; noneCosine: number }) {
  const index = topIndexes(cosines, 1)[0]!;
  return { known, right: known && index === 0, chance: calibrate(cosines, calibration)[index]! };
}

function report(title: string, calibration: { temperature: number; noneCosine: number }, trials: Trial[]): void {
  const best = trials.map((trial) => judge(trial, calibration));
  const known = best.filter((trial) => trial.known);
  console.log(
    `${title}: temperature ${calibration.temperature.toFixed(3)}, none ${calibration.noneCosine.toFixed(2)}, ` +
      `log loss ${logLoss(trials, calibration).toFixed(3)}, top-1 of known ${percent(known.filter((trial) => trial.right).length / known.length)}, ` +
      `calibration error ${percent(calibrationError(best))}`,
  );
  for (const accept of ACCEPT) {
    const named = best.filter((trial) => trial.chance >= accept);
    const unknown = best.filter((trial) => !trial.known);
    console.log(
      `    named at ${accept}: right ${percent(named.filter((trial) => trial.right).length / named.length)}, ` +
        `of known ${percent(named.filter((trial) => trial.known).length / known.length)}, ` +
        `of unknown ${percent(named.filter((trial) => !trial.known).length / unknown.length)}`,
    );
  }
}

/** Mean distance between chance and truth over ten equal ranges of chance, weighted by how many fall into each. */
function calibrationError(best: { right: boolean; chance: number }[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = best.filter(({ chance }) => Math.min(9, Math.floor(chance * 10)) === bin);
    const gap = inside.reduce((sum, { right, chance }) => sum + Number(right) - chance, 0);
    error += Math.abs(gap) / best.length;
  }
  return error;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
