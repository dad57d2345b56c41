/**
 * Says how much better packs are named after corrections: with 0, 1, 2, 3 and 5 photographs of each as further reference pictures.
 *
 *   node models/training/learning-curve.ts DIR [pipeline] [FOLDER for what was compared]
 *
 * DIR is a checkout of the GroceryStoreDataset (classes.csv, train.txt, val.txt). The photographs of each pack are split in halves;
 * corrections are drawn from one half and judged on the other. The comparison takes about five minutes a quality on one thread; the
 * FOLDER keeps it. Method and figures: docs/models.md.
 */
import { join } from 'node:path';
import { confirmVerification } from '../../src/recognition/local-features/confirm.ts';
import { type DecidedNaming, decideNaming } from '../../src/recognition/local-features/decide.ts';
import { topIndexes } from '../../src/recognition/matching.ts';
import { findLikenesses, nearestReferences, standsAlone, type TaughtVectors } from '../../src/recognition/taught.ts';
import { mostReferences } from '../../workers/engines/child/steps/verify/verify-facings.ts';
import { type ComparedPhotos, comparePhotos } from './learning-curve/compare-photos.ts';
import { openVerifyingPipeline, type Quality, qualities, readPacks } from './packs.ts';
import { seededRandom, shuffle } from './random.ts';

const corrections = [0, 1, 2, 3, 5];
/** The corrections are drawn this often, each time others. */
const draws = 3;
const wantedRight = 0.995;

const [dir, key = 'shelf@4', folder] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/learning-curve.ts DIR');
const groceries = await readPacks(dir);
const { packs, photos } = groceries;
const pipeline = await openVerifyingPipeline(key);
const { verification, matching } = pipeline.settings;
const rule = verification!;
/** Photographs to judge, and those that corrections are drawn from, by pack. */
type Drawn = readonly (readonly number[])[];

/** What the catalogue holds when a photograph is judged. */
interface Situation {
  /** Packs that are not in the catalogue. */
  without?: ReadonlySet<number>;
  /** Photographs that were taught, by pack. */
  taught: Drawn;
  /** Photographs that are counter-examples. */
  counterExamples?: readonly number[];
}

interface Judged {
  right: boolean;
  /** Whether it is named at the pipeline's own threshold, and from which probability on it would be; null: at none. */
  named: boolean;
  from: number | null;
}

for (const quality of qualities) {
  const file = folder && join(folder, `learning-curve-${quality}.json`);
  report(quality, await comparePhotos(groceries, quality, pipeline, file));
}

function report(quality: Quality, compared: ComparedPhotos): void {
  for (const count of corrections) {
    const known: Judged[] = [];
    const sisters: Judged[] = [];
    const countered: Judged[] = [];
    const knownBeside: Judged[] = [];
    for (let draw = 0; draw < draws; draw++) {
      const next = seededRandom(100 * count + draw);
      for (const judgedHalf of [0, 1]) {
        const drawn = drawCorrections(compared, 1 - judgedHalf, count, next);
        photos.forEach(({ pack }, photo) => {
          if (compared.halves[photo] !== judgedHalf) return;
          known.push(judge(compared, photo, { taught: drawn }));
          const without = new Set([pack]);
          sisters.push(judge(compared, photo, { taught: drawn, without }));
          countered.push(judge(compared, photo, { taught: drawn, without, counterExamples: drawn[pack]! }));
          const sister = pickSister(pack, next);
          if (sister === null) return;
          const situation = { taught: drawn, without: new Set([sister]), counterExamples: drawn[sister]! };
          knownBeside.push(judge(compared, photo, situation));
        });
      }
    }
    const threshold = findThreshold(known);
    console.log(
      [
        `${quality}, ${count} corrections: right first ${share(known, ({ right }) => right)}`,
        `named ${share(known, ({ named }) => named)}, of these right ${share(
          known.filter(({ named }) => named),
          ({ right }) => right,
        )}`,
        `at 99.5 % right (from ${threshold.toFixed(2)}) named ${share(known, isNamedFrom(threshold))}`,
        `unknown sisters named ${share(sisters, ({ named }) => named)}, from ${threshold.toFixed(2)} ${share(sisters, isNamedFrom(threshold))}`,
        `with counter-examples of them ${share(countered, ({ named }) => named)}`,
        `known beside counter-examples of a sister: named ${share(knownBeside, ({ named }) => named)}, of these right ${share(
          knownBeside.filter(({ named }) => named),
          ({ right }) => right,
        )}`,
      ].join('; '),
    );
  }
}

function drawCorrections({ halves }: ComparedPhotos, half: number, count: number, next: () => number): Drawn {
  return packs.map((_, pack) => {
    const mine = photos.flatMap((photo, index) => (photo.pack === pack && halves[index] === half ? [index] : []));
    return shuffle(mine, next).slice(0, count);
  });
}

function pickSister(pack: number, next: () => number): number | null {
  const sisters = packs.flatMap(({ brand }, index) => (index !== pack && brand === packs[pack]!.brand ? [index] : []));
  return sisters.length === 0 ? null : sisters[Math.floor(next() * sisters.length)]!;
}

/** As the engine names a crop. */
function judge(compared: ComparedPhotos, photo: number, { taught, without, counterExamples = [] }: Situation): Judged {
  const present = packs.flatMap((_, pack) => (without?.has(pack) ? [] : [pack]));
  const itemIds = present.map(String);
  const references = present.flatMap((pack, row) => taught[pack]!.map((of) => ({ of, row })));
  const dims = compared.packs[0]!.length;
  const rowsOf = (vectors: readonly number[][]) => Float32Array.from(vectors.flat());
  const vectors: TaughtVectors = {
    references: {
      rows: references.map(({ row }) => row),
      alone: references.map(({ of, row }) =>
        standsAlone(Float32Array.from(compared.packs[present[row]!]!), Float32Array.from(compared.references[of]!)),
      ),
      data: rowsOf(references.map(({ of }) => compared.references[of]!)),
    },
    counterExamples: {
      itemsBefore: counterExamples.map(() => null),
      data: rowsOf(counterExamples.map((of) => compared.references[of]!)),
    },
  };
  const data = rowsOf(present.map((pack) => compared.packs[pack]!));
  const embedding = Float32Array.from(compared.crops[photo]!);
  const likenesses = findLikenesses(embedding, { itemIds, dims, data, taught: vectors });
  const scoreOf = (of: number) => compared.referenceScores[photo]![of]!;
  const shortlist = topIndexes(likenesses.similar, rule.shortlist).map((index) => {
    const nearest = nearestReferences(vectors.references.rows, index, likenesses.references, mostReferences);
    const seen = nearest.map((reference) => ({
      verification: { score: scoreOf(references[reference]!.of), inliers: 0 },
      alone: vectors.references.alone[reference]!,
    }));
    const own = { score: compared.packScores[photo]![present[index]!]!, inliers: 0 };
    return { index, verification: confirmVerification(own, seen) };
  });
  const against = likenesses.counterExamples.map((each) => ({
    ...each,
    verification: { score: scoreOf(counterExamples[each.index]!), inliers: 0 },
  }));
  const decide = (acceptConfidence: number): DecidedNaming =>
    decideNaming(likenesses.similar, itemIds, shortlist, 0, { ...rule, acceptConfidence }, matching, 1, against);
  const open = decide(0);
  return {
    right: open.candidates[0]?.itemId === String(photos[photo]!.pack),
    named: decide(rule.acceptConfidence).itemId !== null,
    from: open.itemId === null ? null : open.confidence,
  };
}

/** The lowest probability from which enough names are right. */
function findThreshold(judged: readonly Judged[]): number {
  const named = judged.filter(({ from }) => from !== null).sort((a, b) => b.from! - a.from!);
  let right = 0;
  let threshold = 1;
  named.forEach((each, index) => {
    if (each.right) right += 1;
    if (right / (index + 1) >= wantedRight) threshold = each.from!;
  });
  return threshold;
}

function isNamedFrom(threshold: number): (judged: Judged) => boolean {
  return ({ from }) => from !== null && from >= threshold;
}

function share<T>(values: readonly T[], is: (value: T) => boolean): string {
  return values.length === 0 ? '-' : `${((100 * values.filter(is).length) / values.length).toFixed(1)} %`;
}
