/**
 * How often the pipeline `wildlife` says rightly that a picture shows people, animals or vehicles.
 *
 *   node models/training/measure-wildlife.ts DIR [threshold]
 *
 * DIR has pictures of wildlife/pictures.csv, under any names: they are recognised by their sha256. That file says what package each
 * was taken from, and which groups a person saw on it. Each picture is filtered by each group, by the engine as it runs in production. Figures:
 * docs/models.md.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { countCpus, planEngines } from '../../workers/engines/pool/cpu-quota.ts';
import { startEnginePool } from '../../workers/engines/pool/pool.ts';

const groups = ['person', 'animal', 'vehicle'] as const;

interface Picture {
  file: string;
  shows: readonly string[];
}

const [dir, threshold] = process.argv.slice(2);
if (!dir) throw new Error('Say where the pictures are: node models/training/measure-wildlife.ts DIR');
const pictures = await listPictures(dir);
const { engines, threads } = planEngines(countCpus(), null, null);
const pool = startEnginePool({
  modelsDir: new URL('..', import.meta.url).pathname,
  engines,
  threads,
  maxImagePixels: 50e6,
  queueLimit: pictures.length * groups.length,
  logger: pino(),
});
await pool.ready;
for (const group of groups) {
  const accepted = await Promise.all(pictures.map(({ file }) => accepts(file, group)));
  const right = pictures.filter(({ shows }, index) => accepted[index] && shows.includes(group)).length;
  const of = pictures.filter(({ shows }) => shows.includes(group)).length;
  const all = accepted.filter(Boolean).length;
  const share = (part: number, whole: number) => `${part} of ${whole} (${((100 * part) / whole).toFixed(0)} %)`;
  process.stdout.write(`${group}: right ${share(right, all)}, found ${share(right, of)}\n`);
}
await pool.close(0);

/** The pictures of the folder that the list knows; the others are named. */
async function listPictures(folder: string): Promise<Picture[]> {
  const list = await readFile(new URL('wildlife/pictures.csv', import.meta.url), 'utf8');
  const rows = list.trim().split('\n').slice(1);
  const shown = new Map(rows.map((row) => row.split(',')).map(([sha256, , , shows]) => [sha256!, shows!.split(' ')]));
  const found: Picture[] = [];
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const shows = shown.get(
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
    if (shows) found.push({ file, shows });
    else process.stderr.write(`${name} is not in the list.\n`);
  }
  process.stdout.write(`${found.length} of ${shown.size} pictures\n`);
  return found;
}

async function accepts(file: string, group: string): Promise<boolean> {
  const outcome = await pool.analyze(
    {
      id: file,
      file,
      priority: 0,
      pipeline: 'wildlife@1',
      threshold: threshold === undefined ? null : Number(threshold),
      topCandidates: 1,
      matchCatalog: false,
      smoothNeighbors: false,
      readText: false,
      acceptGroups: [group],
      matrix: null,
      maxProcessingMs: null,
      describe: false,
    },
    {},
  );
  if (!outcome.ok) throw new Error(`${file}: ${outcome.failure.message}`);
  return outcome.accepted ?? false;
}
