/**
 * How often the classifier calls fruit and vegetables by their names, on photographs taken in shops.
 *
 *   node models/training/classify-groceries.ts DIR [pipeline]
 *
 * DIR is a checkout of the GroceryStoreDataset (classes.csv, train.txt, val.txt). Of its 81 classes these have a label in
 * ImageNet; the photographs of both splits are labelled by the engine as it runs in production. Figures: docs/models.md.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { countCpus, planEngines } from '../../workers/engines/pool/cpu-quota.ts';
import { startEnginePool } from '../../workers/engines/pool/pool.ts';

/** The label of each class that has one. */
const labelOf: Readonly<Record<string, string>> = {
  Banana: 'banana',
  'Brown-Cap-Mushroom': 'mushroom',
  Cabbage: 'head cabbage',
  Cucumber: 'cucumber',
  'Granny-Smith': 'Granny Smith',
  'Green-Bell-Pepper': 'bell pepper',
  Lemon: 'lemon',
  Orange: 'orange',
  'Orange-Bell-Pepper': 'bell pepper',
  Pineapple: 'pineapple',
  Pomegranate: 'pomegranate',
  'Red-Bell-Pepper': 'bell pepper',
  'Yellow-Bell-Pepper': 'bell pepper',
  Zucchini: 'zucchini',
};

const [dir, pipeline = 'classify@1'] = process.argv.slice(2);
if (!dir) throw new Error('Say where the GroceryStoreDataset is: node models/training/classify-groceries.ts DIR');
const photos = await listPhotos(dir);
const { engines, threads } = planEngines(countCpus(), null, null);
const pool = startEnginePool({
  modelsDir: new URL('..', import.meta.url).pathname,
  engines,
  threads,
  maxImagePixels: 50e6,
  queueLimit: photos.length,
  logger: pino(),
});
await pool.ready;
const found = await Promise.all(photos.map(async (photo) => ({ ...photo, labels: await label(photo.file) })));
await pool.close(0);
for (const wanted of new Set(photos.map((photo) => photo.label))) {
  report(
    wanted,
    found.filter((photo) => photo.label === wanted),
  );
}
report('all', found);

interface Labelled {
  label: string;
  labels: { name: string; group: string | null; confidence: number }[];
}

async function listPhotos(folder: string): Promise<{ file: string; label: string }[]> {
  const rows = (await readFile(join(folder, 'classes.csv'), 'utf8')).trim().split(/\r?\n/).slice(1);
  const nameOf = new Map(rows.map((row) => row.split(',')).map(([name, id]) => [id!, name!]));
  const lists = await Promise.all(['train.txt', 'val.txt'].map((name) => readFile(join(folder, name), 'utf8')));
  const lines = lists.flatMap((text) => text.trim().split(/\r?\n/)).map((line) => line.split(', '));
  return lines.flatMap(([file, id]) => {
    const wanted = labelOf[nameOf.get(id!)!];
    return wanted === undefined ? [] : [{ file: join(folder, file!), label: wanted }];
  });
}

async function label(file: string): Promise<Labelled['labels']> {
  const outcome = await pool.analyze({
    id: file,
    file,
    pipeline,
    threshold: 0,
    topCandidates: 5,
    matchCatalog: false,
    smoothNeighbors: false,
    readText: false,
    acceptGroups: null,
    matrix: null,
    maxProcessingMs: null,
    describe: false,
    priority: 0,
  });
  if (!outcome.ok) throw new Error(`${file}: ${outcome.failure.message}`);
  return outcome.labels;
}

function report(title: string, photos: readonly Labelled[]): void {
  const share = (test: (photo: Labelled) => boolean) =>
    `${((photos.filter(test).length / photos.length) * 100).toFixed(1)} %`;
  const sure = photos.filter(({ labels }) => labels[0]!.confidence >= 0.5);
  const rightOfSure = sure.filter(({ labels, label }) => labels[0]!.name === label).length;
  console.log(
    `${title}: ${photos.length} photographs, ` +
      `top-1 ${share(({ labels, label }) => labels[0]!.name === label)}, ` +
      `top-5 ${share(({ labels, label }) => labels.some(({ name }) => name === label))}, ` +
      `first label is food ${share(({ labels }) => labels[0]!.group === 'food')}, ` +
      `sure (0.5) ${share(({ labels }) => labels[0]!.confidence >= 0.5)} of which right ${rightOfSure} of ${sure.length}`,
  );
}
