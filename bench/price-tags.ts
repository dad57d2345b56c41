/**
 * How many of the price tags that people have labelled are found, and how many of those that are found are tags:
 * node bench/price-tags.ts FOLDER [CURRENCY] [--json FILE], where FOLDER has annotations.coco.json with the category price_tag, and
 * images/. It prints every tag, so that a person can compare the prices with the pictures: labels do not say what is on a tag. FILE gets the
 * boxes of the tags that text alone shows, for models/training (`price_tags.compare`). `bench/run.ts` leaves this bench out, because the repository has no
 * labelled photographs.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import type { AnalysisResult } from '../src/analyses/result.ts';
import type { Box } from '../src/recognition/box.ts';
import { centreOf } from '../src/recognition/codes/code.ts';
import type { PriceTag } from '../src/recognition/prices/price-tag.ts';
import type { BoxNumbers } from '../src/recognition/rounding.ts';
import { pricesIn, toResult } from '../workers/analysis-outcome.ts';
import { type EnginePool, startEnginePool } from '../workers/engines/pool/pool.ts';
import { projectRoot } from './support/project-root.ts';

interface Labels {
  images: { id: number; file_name: string }[];
  categories: { id: number; name: string }[];
  annotations: { image_id: number; category_id: number; bbox: [number, number, number, number]; iscrowd?: 0 | 1 }[];
}

/** What was found in a picture. */
interface Found {
  file: string;
  textMs: number;
  tags: { box: BoxNumbers; price: string | null }[];
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const [folder, currency = null] = positionals;
if (folder === undefined) throw new Error('Name a folder with annotations.coco.json and images/.');
const labels = JSON.parse(await readFile(join(folder, 'annotations.coco.json'), 'utf8')) as Labels;
const pool = startEnginePool({
  modelsDir: `${projectRoot}/models`,
  engines: 1,
  threads: 2,
  maxImagePixels: 50_000_000,
  queueLimit: labels.images.length,
  logger: pino({ level: 'warn' }),
});
try {
  await pool.ready;
  const found: Found[] = [];
  for (const image of labels.images) found.push(await measure(pool, image));
  if (values.json) await writeFile(values.json, JSON.stringify(found));
} finally {
  await pool.close(0);
}

async function measure(engines: EnginePool, { id, file_name }: Labels['images'][number]): Promise<Found> {
  const outcome = await engines.analyze({
    id: file_name,
    file: join(folder!, 'images', file_name),
    pipeline: 'shelf-fast@4',
    threshold: null,
    topCandidates: 1,
    matchCatalog: false,
    smoothNeighbors: false,
    readText: true,
    readCodes: true,
    acceptGroups: null,
    matrix: null,
    maxProcessingMs: null,
    describe: false,
    priority: 0,
  });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  const result = toResult(outcome);
  const tags = pricesIn(result, outcome.tags ?? [], currency) ?? [];
  const labelled = boxesOf(id);
  for (const tag of tags)
    console.log(`  ${describe(tag)}${labelled.some((box) => isIn(tag, box)) ? '' : '  (no tag)'}`);
  for (const box of labelled.filter((each) => !tags.some((tag) => isIn(tag, each))))
    console.log(`  not found at ${box.x} ${box.y}: ${linesIn(result, box).join(' | ') || 'no text'}`);
  const inText = pricesIn(result, [], currency) ?? [];
  const linked = tags.filter(({ detections }) => detections.length > 0);
  const { codesMs = 0, textMs = 0 } = result.timings;
  console.log(
    `${file_name}: ${labelled.length} labelled; in text alone ${describeFound(inText, labelled)}; with the detector ${describeFound(tags, labelled)}, ${linked.length} linked to facings; ${result.texts?.length} lines of text, ${result.codes?.length} codes; ${Math.round(textMs)} ms for text and tags, ${Math.round(codesMs)} ms for codes`,
  );
  return { file: file_name, textMs, tags: inText.map(({ box, price }) => ({ box, price: price?.amount ?? null })) };
}

function describeFound(tags: readonly PriceTag[], labelled: readonly Box[]): string {
  const found = labelled.filter((box) => tags.some((tag) => isIn(tag, box)));
  const right = tags.filter((tag) => labelled.some((box) => isIn(tag, box)));
  return `${found.length} found, ${right.length} of ${tags.length} right`;
}

function boxesOf(image: number): Box[] {
  const category = labels.categories.find(({ name }) => name === 'price_tag')?.id;
  return labels.annotations
    .filter((each) => each.image_id === image && each.category_id === category && !each.iscrowd)
    .map(({ bbox: [x, y, width, height] }) => ({ x, y, width, height }));
}

/** What was read there; with * where it counts as on a product. */
function linesIn({ texts }: Pick<AnalysisResult, 'texts'>, box: Box): string[] {
  return (texts ?? []).flatMap(({ text, corners, detection }) => {
    const [x, y] = centreOf(corners);
    const isInside = x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    return isInside ? [`${text}${detection === null ? '' : '*'}`] : [];
  });
}

/** Whether the middle of a tag's text is on the tag. */
function isIn({ box: [x, y, width, height] }: PriceTag, label: Box): boolean {
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  return (
    middleX >= label.x && middleX <= label.x + label.width && middleY >= label.y && middleY <= label.y + label.height
  );
}

function describe({ price, pieces, unitPrice, name, gtin, detections, box }: PriceTag): string {
  const amount = price ? `${pieces === 1 ? '' : `${pieces} x `}${price.amount} ${price.currency ?? '?'}` : 'no price';
  const unit = unitPrice ? `, ${unitPrice.money.amount} per ${unitPrice.quantity} ${unitPrice.unit}` : '';
  return `${amount}${unit}; ${name ?? 'no name'}; ${gtin ?? 'no number'}; ${detections.length} facings; at ${box.map(Math.round).join(' ')}`;
}
