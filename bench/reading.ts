/**
 * What the optional steps of reading a shelf cost for each picture, beside `shelf` without them: text, codes, price tags, gaps and the
 * comparison with a planogram. The pictures are the example shelves, with the example products as catalogue; with `--picture FILE`, a
 * photograph of your own as well. Text and codes are steps of the engine; the others are done by the worker, and measured here by
 * calling the same functions with what the engine found.
 */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { judgeCompliance } from '../src/recognition/compliance/judge.ts';
import type { Fixture } from '../src/recognition/compliance/plan.ts';
import { planFromPicture } from '../src/recognition/compliance/plan-from-picture.ts';
import type { PlacedDetection } from '../src/recognition/compliance/seen.ts';
import { findGaps } from '../src/recognition/gaps/find-gaps.ts';
import { pricesIn, toResult } from '../workers/analysis-outcome.ts';
import type { Figure } from './support/figure.ts';
import { type Analyzed, type MatchingEngine, startMatchingEngine } from './support/matching-engine.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';

const threads = 2;
const steps = { none: {}, text: { readText: true }, codes: { readCodes: true } } as const;
type Step = keyof typeof steps;

async function measurePictures(bench: Bench): Promise<Figure[]> {
  const products = await listPictures(join(projectRoot, 'examples/products'));
  const engine = await startMatchingEngine(bench.started, projectRoot, products, threads);
  const pictures = await listPictures(join(projectRoot, 'examples/shelves'));
  if (bench.options.picture !== undefined) pictures.push(resolve(bench.options.picture));
  const figures: Figure[] = [];
  for (const file of pictures) figures.push(...(await measurePicture(bench, engine, file)));
  return figures;
}

async function listPictures(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /\.(jpg|png)$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

async function measurePicture(bench: Bench, engine: MatchingEngine, file: string): Promise<Figure[]> {
  const rounds: Record<Step, Analyzed[]> = { none: [], text: [], codes: [] };
  const order = Object.keys(steps) as Step[];
  // The first round is not counted: code is compiled and models are loaded.
  for (let round = 0; round < (bench.quick ? 2 : 4); round++)
    for (const step of order) {
      const analyzed = await engine.analyze('shelf', file, steps[step]);
      if (round > 0) rounds[step].push(analyzed);
    }
  const name = basename(file);
  const { outcome } = rounds.text[0]!;
  bench.say(`${name}: ${outcome.detections.length} products, ${outcome.texts?.length} lines of text`);
  return [
    ...describeStep(`${name}, shelf`, rounds.none),
    ...describeStep(`${name}, with text`, rounds.text, rounds.none),
    ...describeStep(`${name}, with codes`, rounds.codes, rounds.none),
    ...measureWorker(name, rounds.text[0]!),
  ];
}

/** @param without the same picture without the step: what it adds is printed beside the whole */
function describeStep(what: string, rounds: readonly Analyzed[], without?: readonly Analyzed[]): Figure[] {
  const [seconds, processor] = [medianSeconds(rounds), medianProcessorSeconds(rounds)];
  const more = (value: number, other: (rounds: readonly Analyzed[]) => number) =>
    without === undefined ? {} : { note: `${(value - other(without)).toFixed(2)} s more than without` };
  const asSeconds = { unit: 's', digits: 2, better: 'lower' } as const;
  return [
    { what, value: seconds, ...asSeconds, ...more(seconds, medianSeconds) },
    {
      what: `${what}, processor time`,
      value: processor,
      ...asSeconds,
      ...more(processor, medianProcessorSeconds),
    },
  ];
}

function medianSeconds(rounds: readonly Analyzed[]): number {
  return median(rounds.map(({ seconds }) => seconds));
}

function medianProcessorSeconds(rounds: readonly Analyzed[]): number {
  return median(rounds.map(({ processorSeconds }) => processorSeconds ?? Number.NaN));
}

function measureWorker(name: string, { outcome }: Analyzed): Figure[] {
  const result = toResult(outcome);
  const picture = { width: result.width, height: result.height, detections: result.detections };
  const plan = planOf(result.detections);
  return [
    { what: `${name}, price tags`, ...timeCall(() => pricesIn(result, outcome.tags ?? [], 'EUR')) },
    { what: `${name}, gaps`, ...timeCall(() => findGaps(result.detections)) },
    { what: `${name}, comparison with a planogram`, ...timeCall(() => judgeCompliance(plan, picture)) },
  ];
}

/** The picture's own shelves as its planogram: every position is judged. */
function planOf(detections: readonly PlacedDetection[]): Fixture {
  const shelves = planFromPicture(detections).map((positions) => ({
    height: null,
    width: null,
    positions: positions.map((position) => ({ ...position, orientation: 'FRONT' as const, width: null })),
  }));
  return { shelves };
}

/** Milliseconds of processor time for a call: of many, since one is shorter than the clock of processor time can tell. */
function timeCall(call: () => unknown): Omit<Figure, 'what'> {
  const calls = 200;
  for (let warm = 0; warm < calls; warm++) call();
  const before = process.cpuUsage();
  for (let timed = 0; timed < calls; timed++) call();
  const { user, system } = process.cpuUsage(before);
  return { value: (user + system) / 1000 / calls, unit: 'ms', digits: 2, better: 'lower' };
}

await runBench('reading', measurePictures, ['picture']);
