/**
 * Fits the numbers that turn scores and cosines into chances (`verification` of a pipeline file) and says how good naming is.
 *
 *   node models/training/calibrate-verification.ts DIR [pipeline] [scores.json]
 *
 * DIR is a checkout of the GroceryStoreDataset (classes.csv, train.txt, val.txt). Comparing all photographs with all packs takes
 * some minutes; scores.json keeps what came out, and is read instead when it is there. Method and figures: docs/models.md.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fuseChances, type VerificationRule } from '../../src/recognition/local-features/decide.ts';
import { verifyFeatures } from '../../src/recognition/local-features/verify.ts';
import { cosines, topIndexes } from '../../src/recognition/matching.ts';
import { describePack, openVerifyingPipeline, type Quality, qualities, readPacks, seePhoto } from './packs.ts';
import { seededRandom, shuffle } from './random.ts';

/** How often a query's item is missing from the catalogue it is compared with, and how large catalogues are. */
const SHARE_UNKNOWN = 0.3;
const CATALOGUE_SIZES = [4, 8, 16, 30];
const SHORTLIST = 20;
const ACCEPT = [0.5, 0.6, 0.7, 0.8, 0.9];

/** One photograph against all packs. */
interface Compared {
  quality: Quality;
  pack: number;
  cosines: number[];
  scores: number[];
}

/** A photograph against a catalogue; the right item is the first when it is known. */
interface Trial {
  quality: Quality;
  known: boolean;
  similar: Float32Array;
  shortlist: { index: number; verification: { score: number; inliers: number } }[];
}

type Rule = Omit<VerificationRule, 'acceptConfidence' | 'leastScore'>;

interface Judged {
  known: boolean;
  right: boolean;
  chance: number;
  score: number;
}

const [dir, pipeline = 'shelf@6', scoresFile] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/calibrate-verification.ts DIR');
const { packs, photos } = await readPacks(dir);
const ready = await openVerifyingPipeline(pipeline);
const { scoreWeight, cosineWeight, noneLogit, leastScore } = ready.settings.verification!;
const compared = await readOrCompare();
console.log(`${packs.length} items, ${photos.length} photographs in ${qualities.length} qualities`);
const next = seededRandom(7);
// Items, not photographs, are split: a chance must hold for products that it was not fitted on.
const halves = [0, 1].map((half) => compared.filter(({ pack }) => pack % 2 === half).flatMap(makeTrials));
for (const [fitted, tested] of [
  [0, 1],
  [1, 0],
] as const) {
  report(`fitted on half ${fitted}, tested on half ${tested}`, fitRule(halves[fitted]!), halves[tested]!);
}
report('fitted on all', fitRule(halves.flat()), halves.flat());
report(`as ${pipeline} holds it`, { scoreWeight, cosineWeight, noneLogit }, halves.flat());
for (const quality of qualities) reportQuality(quality, { scoreWeight, cosineWeight, noneLogit });

async function readOrCompare(): Promise<Compared[]> {
  const kept = scoresFile && (await readFile(scoresFile, 'utf8').catch(() => null));
  if (kept) return JSON.parse(kept);
  const catalogue = [];
  for (const { file } of packs) catalogue.push(await describePack(file, ready));
  const dims = catalogue[0]!.embedding.length;
  const data = Float32Array.from(catalogue.flatMap(({ embedding }) => [...embedding]));
  const found: Compared[] = [];
  for (const quality of qualities) {
    for (const { pack, file } of photos) {
      const { embedding, features } = await seePhoto(file, quality, ready);
      const similar = cosines(embedding, { dims, data });
      const scores = catalogue.map(({ views }) =>
        Math.max(...views.map((view) => verifyFeatures(features, view).score)),
      );
      found.push({ quality, pack, cosines: [...similar], scores });
    }
  }
  if (scoresFile) await writeFile(scoresFile, JSON.stringify(found));
  return found;
}

function makeTrials(one: Compared): Trial[] {
  return CATALOGUE_SIZES.map((size) => {
    const known = next() >= SHARE_UNKNOWN;
    const others = shuffle(
      packs.map((_, index) => index).filter((index) => index !== one.pack),
      next,
    );
    return compareWith(one, (known ? [one.pack, ...others] : others).slice(0, size), known);
  });
}

/** As the engine does it: scores of the shortlist only. */
function compareWith({ quality, cosines: all, scores }: Compared, catalogue: number[], known: boolean): Trial {
  const similar = Float32Array.from(catalogue, (index) => all[index]!);
  const shortlist = topIndexes(similar, SHORTLIST).map((index) => ({
    index,
    verification: { score: scores[catalogue[index]!]!, inliers: 0 },
  }));
  return { quality, known, similar, shortlist };
}

/**
 * Least mean log loss of the likeliest item being right, found by steps that are halved when none helps. The cosine weighs as much as
 * ln(1 + score): its weight hardly changes the loss (0.380 without it, 0.386 so, 0.413 with five times as much), but a fit of its
 * own came out at -3 on one half of the items and at 4 on the other, and without it the candidates below the first are in worse order.
 */
function fitRule(trials: Trial[]): Rule {
  let best = { weight: 3.5, noneLogit: 6 };
  let loss = logLoss(trials, weigh(best));
  for (let step = 0.5; step > 0.01; ) {
    const tried = (['weight', 'noneLogit'] as const)
      .flatMap((name) => [-step, step].map((change) => ({ ...best, [name]: best[name] + change })))
      .map((candidate) => ({ candidate, loss: logLoss(trials, weigh(candidate)) }))
      .reduce((least, each) => (each.loss < least.loss ? each : least));
    if (tried.loss < loss) ({ candidate: best, loss } = tried);
    else step /= 2;
  }
  return weigh(best);
}

function weigh({ weight, noneLogit }: { weight: number; noneLogit: number }): Rule {
  return { scoreWeight: weight, cosineWeight: weight, noneLogit };
}

function logLoss(trials: Trial[], given: Rule): number {
  let sum = 0;
  for (const { right, chance } of trials.map((trial) => judge(trial, given))) {
    sum -= Math.log(Math.max(1e-9, right ? chance : 1 - chance));
  }
  return sum / trials.length;
}

/** The likeliest item with its chance, and whether it is the right one. */
function judge({ known, similar, shortlist }: Trial, given: Rule): Judged {
  const chances = fuseChances(similar, shortlist, given);
  const place = topIndexes(chances, 1)[0]!;
  const { index, verification } = shortlist[place]!;
  return { known, right: known && index === 0, chance: chances[place]!, score: verification.score };
}

function report(title: string, given: Rule, trials: Trial[]): void {
  const best = trials.map((trial) => judge(trial, given));
  const { scoreWeight, cosineWeight, noneLogit } = given;
  console.log(
    `${title}: scoreWeight ${scoreWeight.toFixed(2)}, cosineWeight ${cosineWeight.toFixed(2)}, noneLogit ${noneLogit.toFixed(2)}, ` +
      `log loss ${logLoss(trials, given).toFixed(3)}, calibration error ${percent(calibrationError(best))}`,
  );
  reportAccepted(best);
}

function reportAccepted(best: Judged[]): void {
  const known = best.filter((trial) => trial.known);
  const unknown = best.filter((trial) => !trial.known);
  for (const accept of ACCEPT) {
    const named = best.filter(isNamedAt(accept));
    const namedKnown = named.filter((trial) => trial.known);
    console.log(
      `    named at ${accept}: right ${share(named, (trial) => trial.right)}, of known items' ${share(namedKnown, (trial) => trial.right)}, ` +
        `known named ${percent(namedKnown.length / known.length)}, unknown named ${percent((named.length - namedKnown.length) / unknown.length)}`,
    );
  }
}

function isNamedAt(accept: number): (judged: Judged) => boolean {
  return ({ chance, score }) => chance >= accept && score >= leastScore;
}

/** Mean distance between chance and truth over ten equal ranges of chance, weighted by how many fall into each. */
function calibrationError(best: Judged[]): number {
  let error = 0;
  for (let bin = 0; bin < 10; bin++) {
    const inside = best.filter(({ chance }) => Math.min(9, Math.floor(chance * 10)) === bin);
    error += Math.abs(inside.reduce((sum, { right, chance }) => sum + Number(right) - chance, 0)) / best.length;
  }
  return error;
}

/** All packs as the catalogue: who comes first, and who is named whether or not the item is there. */
function reportQuality(quality: Quality, given: Rule): void {
  const mine = compared.filter((one) => one.quality === quality);
  const everyPack = packs.map((_, index) => index);
  const rank = (order: (one: Compared) => number[]) => {
    const ranks = mine.map(
      (one) => order(one).filter((value, index, all) => isAhead(value, index, all, one.pack)).length,
    );
    return [1, 5].map((top) => share(ranks, (place) => place < top)).join(' / ');
  };
  const fused = ({ cosines: all, scores }: Compared) =>
    all.map((cosine, index) => Math.log1p(scores[index]!) + 5 * cosine);
  const chances = (one: Compared) => {
    const { similar, shortlist } = compareWith(one, everyPack, true);
    const values = everyPack.map(() => 0);
    fuseChances(similar, shortlist, given).forEach((chance, place) => {
      values[shortlist[place]!.index] = chance;
    });
    return values;
  };
  console.log(
    `${quality}: top-1 / top-5 by embedder ${rank((one) => one.cosines)}, by local features ${rank((one) => one.scores)}, ` +
      `by ln(1 + score) + 5 cosine ${rank(fused)}, by chance with a shortlist of ${SHORTLIST} ${rank(chances)}`,
  );
  const without = (keep: (index: number, one: Compared) => boolean) => (one: Compared) =>
    judge(
      compareWith(
        one,
        everyPack.filter((index) => keep(index, one)),
        false,
      ),
      given,
    );
  const present = mine.map((one) => {
    const ordered = [one.pack, ...everyPack.filter((index) => index !== one.pack)];
    return judge(compareWith(one, ordered, true), given);
  });
  const sisters = mine.map(without((index, one) => index !== one.pack));
  const brandAbsent = mine.map(without((index, one) => packs[index]!.brand !== packs[one.pack]!.brand));
  for (const accept of ACCEPT) {
    const named = present.filter(isNamedAt(accept));
    console.log(
      `    named at ${accept}: ${percent(named.length / present.length)}, right ${share(named, ({ right }) => right)}; ` +
        `of unknown products with sisters in the catalogue ${share(sisters, isNamedAt(accept))}, ` +
        `without their brand ${share(brandAbsent, isNamedAt(accept))}`,
    );
  }
}

function isAhead(value: number, index: number, all: number[], of: number): boolean {
  return value > all[of]! || (value === all[of]! && index < of);
}

function share<T>(values: readonly T[], is: (value: T) => boolean): string {
  return percent(values.filter(is).length / values.length);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
