/**
 * Fits the rule by which text vetoes a name, and says what it brings.
 *
 *   node models/training/calibrate-veto.ts DIR [pipeline] [FOLDER for what was compared and read]
 *
 * DIR is a checkout of the GroceryStoreDataset (classes.csv, train.txt, val.txt). Photographs that are named are read: all that are
 * named as a sister item while their own is not in the catalogue, and every fourth of the others. That takes some minutes, like the
 * comparison, so FOLDER keeps both. The words of the items are
 * those that the engine reads on their catalogue pictures, or those of text/given-words.json, which a person has copied from the fronts
 * of the packs as the owner of a catalogue would. Method and figures: docs/models.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decideNaming } from '../../src/recognition/local-features/decide.ts';
import { cosines, topIndexes } from '../../src/recognition/matching.ts';
import { contradicts, type VetoRule, vetoRules } from '../../src/recognition/words/contradict.ts';
import { PrintedWords } from '../../src/recognition/words/printed-words.ts';
import { wordsOf } from '../../src/recognition/words/words-of.ts';
import { comparePhotos } from './learning-curve/compare-photos.ts';
import { openVerifyingPipeline, readPacks } from './packs.ts';
import { readFacings } from './text/read-facings.ts';
import { openReader, readPicture } from './text/read-picture.ts';

type Source = keyof typeof vetoRules;

/** A photograph that is named, and as what. */
interface Named {
  photo: number;
  /** Whether its own item is in the catalogue. Its sister items always are. */
  known: boolean;
  item: number;
}

/** What is tried. */
const rules: VetoRule[] = [0.8, 0.85, 0.9, 0.93, 0.95, 0.97].flatMap((leastConfidence) =>
  [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2].map((leastHeight) => ({ leastConfidence, leastHeight })),
);
/** Of the photographs that are named as their own item, one in so many is read. */
const knownDrawn = 4;
/** What a right name that is lost costs, in wrong names: a product without a name is less harm than one with a wrong name. */
const lostWeight = 0.5;

const [dir, key = 'shelf@4', folder] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/calibrate-veto.ts DIR');
const groceries = await readPacks(dir);
const { packs, photos } = groceries;
const pipeline = await openVerifyingPipeline(key);
const { verification, matching } = pipeline.settings;
const compared = await comparePhotos(
  groceries,
  'native',
  pipeline,
  folder && join(folder, 'learning-curve-native.json'),
);
const asSister = photos.flatMap((_, photo) => nameIt(photo, false) ?? []);
const asItself = photos.flatMap((_, photo) => nameIt(photo, true) ?? []);
const named = [...asSister, ...asItself.filter((_, index) => index % knownDrawn === 0)];
console.log(
  `named: ${percent(asItself.length / photos.length)} of the photographs; with sister items only ${percent(asSister.length / photos.length)}`,
);
const reader = await openReader(pipeline);
const facings = await readFacings(
  photos,
  [...new Set(named.map(({ photo }) => photo))],
  { pipeline, reader },
  folder && join(folder, 'facings.jsonl'),
);
console.log(`${named.length} names of ${facings.size} photographs`);
const sources: Record<Source, PrintedWords> = { given: await givenWords(), read: await readWords() };
for (const source of ['read', 'given'] as const) report(source);

/** As the engine names a whole photograph; null: it does not. */
function nameIt(photo: number, known: boolean): Named | null {
  const present = packs.flatMap((_, pack) => (known || pack !== photos[photo]!.pack ? [pack] : []));
  const dims = compared.packs[0]!.length;
  const data = Float32Array.from(present.flatMap((pack) => compared.packs[pack]!));
  const similar = cosines(Float32Array.from(compared.crops[photo]!), { dims, data });
  const shortlist = topIndexes(similar, verification!.shortlist).map((index) => ({
    index,
    verification: { score: compared.packScores[photo]![present[index]!]!, inliers: 0 },
  }));
  const { itemId } = decideNaming(similar, present.map(String), shortlist, 0, verification!, matching, 1);
  return itemId === null ? null : { photo, known, item: Number(itemId) };
}

async function givenWords(): Promise<PrintedWords> {
  const given = JSON.parse(await readFile(join(import.meta.dirname, 'text', 'given-words.json'), 'utf8'));
  return new PrintedWords(
    packs.map(({ name }, pack) => ({ itemId: String(pack), words: wordsOf([given[name]]), areGiven: true })),
  );
}

async function readWords(): Promise<PrintedWords> {
  const items = [];
  for (const [pack, { file }] of packs.entries()) {
    const { lines } = await readPicture(file, 'native', reader);
    items.push({ itemId: String(pack), words: wordsOf(lines.map(({ text }) => text)), areGiven: false });
  }
  return new PrintedWords(items);
}

/** Items, not photographs, are split: the rule must hold for products that it was not fitted on. */
function report(source: Source): void {
  const halves = [0, 1].map((half) => named.filter(({ photo }) => photos[photo]!.pack % 2 === half));
  for (const [fitted, judged] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const rule = fitRule(source, halves[fitted]!);
    console.log(
      `${source} words, fitted on half ${fitted}: ${show(rule)}; on the other half ${tell(source, halves[judged]!, rule)}`,
    );
  }
  const rule = fitRule(source, named);
  console.log(`${source} words, fitted on all: ${show(rule)}; ${tell(source, named, rule)}`);
  console.log(
    `${source} words, as the engine has it: ${show(vetoRules[source])}; ${tell(source, named, vetoRules[source])}`,
  );
}

/** The rule with the best balance: wrong names that are vetoed, less what right ones cost. */
function fitRule(source: Source, all: readonly Named[]): VetoRule {
  const known = all.filter((each) => each.known);
  const unknown = all.filter((each) => !each.known);
  const gain = (rule: VetoRule) => count(source, unknown, rule) - count(source, known, rule) * knownDrawn * lostWeight;
  return rules.map((rule) => ({ rule, gain: gain(rule) })).reduce((best, each) => (each.gain > best.gain ? each : best))
    .rule;
}

/** How many names are vetoed. */
function count(source: Source, all: readonly Named[], rule: VetoRule): number {
  return all.filter(({ photo, item }) => {
    const words = sources[source].of(String(item));
    return words !== null && contradicts(facings.get(photo)!.lines, words, rule);
  }).length;
}

function show({ leastConfidence, leastHeight }: VetoRule): string {
  return `confidence ${leastConfidence}, height ${leastHeight}`;
}

function tell(source: Source, all: readonly Named[], rule: VetoRule): string {
  return [true, false]
    .map((isKnown) => {
      const mine = all.filter(({ known }) => known === isKnown);
      const vetoed = count(source, mine, rule);
      return `vetoed of ${isKnown ? 'known' : 'unknown'} products ${vetoed} of ${mine.length} (${percent(vetoed / mine.length)})`;
    })
    .join(', ');
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
