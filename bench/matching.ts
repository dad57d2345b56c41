/**
 * Seconds that an engine with two threads needs for a shelf and a catalogue of a hundred items, with the default pipeline, which
 * compares details, and with the fast one, which does not. The shelves:
 *
 * - a hundred packs, each product three times side by side, as shelves are filled;
 * - a hundred different ones, where no neighbour spares a comparison;
 * - 330 different ones on 12 megapixels, of which the catalogue has a hundred;
 * - with `--picture FILE`, a photograph of a real bay, of which the catalogue has nothing.
 *
 * With `--against DIR`, another checkout of the project (with its node_modules) runs the same by turns.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { overlap } from '../src/recognition/box.ts';
import type { AnalyzeOutcome } from '../workers/engines/pool/pool.ts';
import type { Figure } from './support/figure.ts';
import { type Analyzed, type MatchingEngine, startMatchingEngine } from './support/matching-engine.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { bay, drawCatalogue, drawShelf, type Standing, shelf } from './support/shelf-picture.ts';
import { median } from './support/statistics.ts';

const items = 100;
const threads = 2;

interface Case {
  what: string;
  pipeline: 'shelf' | 'shelf-fast';
  file: string;
  /** null: unknown, on a photograph. */
  packs: Standing[] | null;
  goals?: Goals;
}

interface Goals {
  time?: Goal;
  /** To the time of detector and embedder. */
  ratio?: Goal;
}

type Goal = Pick<Figure, 'reach' | 'later'>;

/** An engine of this checkout, or of another one. */
interface Contestant {
  /** Added to what was measured. */
  suffix: string;
  engine: MatchingEngine;
}

async function runCases(bench: Bench): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-'));
  bench.started.defer(() => rm(folder, { recursive: true, force: true }));
  bench.say(`drawing ${items} products, two shelves of a hundred packs and a bay of 330`);
  const catalogue = await drawCatalogue(folder, items);
  const cases = await drawCases(folder);
  const { picture, against } = bench.options;
  if (picture !== undefined) {
    const what = `shelf, real bay ${basename(picture)}`;
    cases.push({ what, pipeline: 'shelf', file: resolve(picture), packs: null });
  }
  const start = async (suffix: string, checkout: string): Promise<Contestant> => {
    return { suffix, engine: await startMatchingEngine(bench.started, checkout, catalogue, threads) };
  };
  const contestants = [await start('', projectRoot)];
  if (against !== undefined) contestants.push(await start(` (${against})`, resolve(against)));
  const figures: Figure[] = [];
  for (const one of cases) figures.push(...(await measure(bench, one, contestants)));
  return figures;
}

async function drawCases(folder: string): Promise<Case[]> {
  const draw = async (name: string, boards: typeof shelf, facings: number) => {
    const file = join(folder, `${name}.jpg`);
    return { file, packs: await drawShelf(file, boards, facings) };
  };
  const filled = await draw('filled', shelf, 3);
  return [
    { what: 'shelf', pipeline: 'shelf', ...filled, goals: { time: { reach: 3 } } },
    {
      what: 'shelf, no two alike',
      pipeline: 'shelf',
      ...(await draw('mixed', shelf, 1)),
      goals: { time: { reach: 3 }, ratio: { reach: 2.5, later: 2 } },
    },
    { what: 'shelf-fast', pipeline: 'shelf-fast', ...filled, goals: { time: { reach: 0.6 } } },
    { what: 'shelf, 330 packs', pipeline: 'shelf', ...(await draw('bay', bay, 1)) },
  ];
}

async function measure(bench: Bench, one: Case, contestants: readonly Contestant[]): Promise<Figure[]> {
  // Once before it counts: code is compiled, features of the catalogue are in the engine.
  for (const { suffix, engine } of contestants) {
    const { outcome } = await engine.analyze(one.pipeline, one.file);
    bench.say(`${one.what}${suffix}: ${describeNaming(outcome, one)}`);
  }
  const rounds: Analyzed[][] = contestants.map(() => []);
  for (let round = 0; round < (bench.quick ? 1 : 7); round++) {
    // Each round begins with another one, so that none always runs on a machine that the other has warmed up.
    for (let turn = 0; turn < contestants.length; turn++) {
      const who = (round + turn) % contestants.length;
      rounds[who]!.push(await contestants[who]!.engine.analyze(one.pipeline, one.file));
    }
  }
  return contestants.flatMap(({ suffix }, index) => describeRounds(`${one.what}${suffix}`, rounds[index]!, one.goals));
}

function describeRounds(what: string, rounds: readonly Analyzed[], goals: Goals = {}): Figure[] {
  const seconds = rounds.map((each) => each.seconds);
  const ratios = rounds.map(({ seconds, outcome }) => (seconds * 1000) / outcome.timings.inferenceMs);
  const processor = rounds.map(({ processorSeconds }) => processorSeconds).filter((each) => each !== null);
  const note = `rounds ${seconds.map((each) => each.toFixed(2)).join(', ')}`;
  const lower = { digits: 2, better: 'lower' } as const;
  return [
    { what, value: median(seconds), unit: 's', note, ...goals.time, ...lower },
    { what: `${what} ÷ detector and embedder`, value: median(ratios), unit: '', ...goals.ratio, ...lower },
    ...(processor.length > 0
      ? [{ what: `${what}, processor time`, value: median(processor), unit: 's', ...lower }]
      : []),
  ];
}

function describeNaming({ detections }: AnalyzeOutcome, { packs }: Case): string {
  const named = detections.filter(({ itemId }) => itemId !== null);
  if (packs === null) return `${detections.length} found, ${named.length} named`;
  const known = packs.filter(({ product }) => product < items);
  const right = known.filter(({ product, ...box }) =>
    named.some((found) => found.itemId === String(product) && overlap(found, box) > 0.5),
  );
  const facts = `${detections.length} found, ${named.length} named, ${right.length} of them right`;
  return `${packs.length} packs, ${known.length} in the catalogue, ${facts}`;
}

await runBench('matching', runCases, ['picture', 'against']);
