/**
 * How many megabytes of pictures an api process stores a second, beside a bare server that only hashes files and writes them to the same
 * disk, by turns. Then ten clients send 200 MB each at a time: for how long did the process do nothing else?
 *
 * With `--against DIR`, another checkout of the project (with its node_modules and the same migrations) does the first, too.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { startChild } from './support/child.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { readLoopDelayMs } from './support/loop-delay.ts';
import { processorSeconds } from './support/process-table.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';
import type { UploadLoad, UploadRate } from './support/upload-process.ts';

/** What is sent: five pictures as phones take them in each request. */
const usual = { bytesEach: 2_200_000, filesEach: 5, atOnce: 4 };
/** 200 MB each. */
const large = { bytesEach: 10_000_000, filesEach: 20, atOnce: 10 };

type Load = Pick<UploadLoad, 'bytesEach' | 'filesEach' | 'atOnce'>;

interface Target {
  what: string;
  pid: number;
  /** Of the server, without a slash at the end. */
  url: string;
  path: string;
  headers: Record<string, string>;
  /** Megabytes a second. */
  rates: number[];
  /** Milliseconds of processor time of its process for each megabyte. */
  costs: number[];
}

await runBench(
  'uploads',
  async (bench): Promise<Figure[]> => {
    const { against } = bench.options;
    const startOwn = await prepareApi(bench);
    const own = await startOwn('sightline');
    const bare = await startBare(bench);
    const earlier = against === undefined ? [] : [await startOwn(`sightline (${against})`, resolve(against))];
    const [shelf] = await exampleShelves();
    await measure(bench, [own, bare, ...earlier], shelf!.path);
    const delayMs = await measureDelay(bench, own, shelf!.path);
    const ratio = { unit: '', digits: 2, better: 'higher' as const, reach: 0.75, later: 0.85 };
    return [
      ...[own, bare, ...earlier].flatMap(figuresOf),
      { what: 'the first ÷ the second', value: median(own.rates) / median(bare.rates), ...ratio },
      {
        what: 'longest time without anything else while ten clients send 200 MB each',
        value: delayMs,
        unit: 'ms',
        digits: 0,
        better: 'lower',
        reach: 50,
      },
    ];
  },
  ['against'],
);

/** By turns: what slows the machine down for a while slows down all of them. */
async function measure(bench: Bench, targets: readonly Target[], picture: string): Promise<void> {
  const requests = bench.quick ? 16 : 40;
  for (const each of targets) await upload(each, picture, usual, usual.atOnce * 2);
  for (let round = 1; round <= (bench.quick ? 2 : 5); round++) {
    for (const each of targets) {
      const before = processorSeconds(each.pid);
      const megabytes = (await upload(each, picture, usual, requests)) / 1e6;
      const seconds = processorSeconds(each.pid) - before;
      const cost = (seconds * 1e9) / (requests * usual.filesEach * usual.bytesEach);
      each.rates.push(megabytes);
      each.costs.push(cost);
      bench.say(`${each.what}: ${megabytes.toFixed(1)} MB/s, ${cost.toFixed(2)} ms of processor time for each MB`);
    }
  }
}

async function measureDelay(bench: Bench, { url, headers, ...target }: Target, picture: string): Promise<number> {
  const load = bench.quick ? { ...large, filesEach: 2 } : large;
  // From here on: what was before does not count.
  await readLoopDelayMs(url, headers);
  const megabytes = (await upload({ ...target, url, headers }, picture, load, load.atOnce)) / 1e6;
  const delayMs = await readLoopDelayMs(url, headers);
  bench.say(`ten clients, ${load.filesEach} files of 10 MB each: ${megabytes.toFixed(1)} MB/s`);
  return delayMs;
}

function figuresOf({ what, rates, costs }: Target): Figure[] {
  const cost = { what: `${what}: processor time of the process for each MB`, value: median(costs) };
  return [
    { what, value: median(rates), unit: 'MB/s', digits: 0, better: 'higher' },
    { ...cost, unit: 'ms', digits: 2, better: 'lower' },
  ];
}

/** @returns starts an api process of a checkout; all of them share a database and a disk. */
async function prepareApi({ started }: Bench): Promise<(what: string, checkout?: string) => Promise<Target>> {
  const dataDir = await makeDataDir(started);
  const database = await startBenchDatabase(started, dataDir);
  const apiKey = newSecret();
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey };
  return async (what, checkout) => {
    const { pid, url } = await startProcess(started, 'api', env, checkout);
    return { what, pid, url, path: '/graphql', headers: { 'x-api-key': apiKey }, rates: [], costs: [] };
  };
}

async function startBare({ started }: Bench): Promise<Target> {
  const directory = join(await makeDataDir(started), 'bare');
  await mkdir(directory);
  const server = startChild<{ directory: string }, { url: string }>(started, './bare-upload-process.ts');
  server.send({ directory });
  const { url } = await server.next();
  return { what: 'bare server', pid: server.pid, url, path: '/', headers: {}, rates: [], costs: [] };
}

/** @returns bytes a second. */
async function upload(
  { url, path, headers }: Pick<Target, 'url' | 'path' | 'headers'>,
  picture: string,
  load: Load,
  requests: number,
): Promise<number> {
  await using started = new AsyncDisposableStack();
  const client = startChild<UploadLoad, UploadRate>(started, './upload-process.ts');
  client.send({ url: `${url}${path}`, headers, picture, ...load, requests });
  return (await client.next()).bytesPerSecond;
}
