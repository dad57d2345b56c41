/**
 * How many megabytes of pictures an api process stores a second, beside a bare server that only hashes files and writes them to the same
 * disk. Both by turns.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { startChild } from './support/child.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';
import type { UploadLoad, UploadRate } from './support/upload-process.ts';

const bytesEach = 2_200_000;
const filesEach = 5;
const atOnce = 4;

type Target = Pick<UploadLoad, 'url' | 'headers'> & { what: string; rates: number[] };

await runBench('uploads', async (bench): Promise<Figure[]> => {
  const targets = [await startApi(bench), await startBare(bench)] as const;
  const [shelf] = await exampleShelves();
  const requests = bench.quick ? 16 : 40;
  for (const each of targets) await upload(each, shelf!.path, atOnce * 2);
  for (let round = 1; round <= (bench.quick ? 2 : 5); round++) {
    for (const each of targets) {
      const megabytes = (await upload(each, shelf!.path, requests)) / 1e6;
      each.rates.push(megabytes);
      bench.say(`${each.what}: ${megabytes.toFixed(1)} MB/s`);
    }
  }
  const [own, bare] = targets;
  const rate = { unit: 'MB/s', digits: 0, better: 'higher' as const };
  return [
    { what: `uploadImages of ${filesEach} files, ${atOnce} requests at a time`, value: median(own.rates), ...rate },
    { what: 'bare server', value: median(bare.rates), ...rate },
    {
      what: 'the first ÷ the second',
      value: median(own.rates) / median(bare.rates),
      unit: '',
      digits: 2,
      better: 'higher',
      reach: 0.75,
      later: 0.85,
    },
  ];
});

async function startApi({ started }: Bench): Promise<Target> {
  const dataDir = await makeDataDir(started);
  const database = await startBenchDatabase(started, dataDir);
  const apiKey = newSecret();
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey };
  const { url } = await startProcess(started, 'api', env);
  return { what: 'sightline', url: `${url}/graphql`, headers: { 'x-api-key': apiKey }, rates: [] };
}

async function startBare({ started }: Bench): Promise<Target> {
  const directory = join(await makeDataDir(started), 'bare');
  await mkdir(directory);
  const server = startChild<{ directory: string }, { url: string }>(started, './bare-upload-process.ts');
  server.send({ directory });
  const { url } = await server.next();
  return { what: 'bare', url, headers: {}, rates: [] };
}

async function upload({ url, headers }: Target, picture: string, requests: number): Promise<number> {
  await using started = new AsyncDisposableStack();
  const client = startChild<UploadLoad, UploadRate>(started, './upload-process.ts');
  client.send({ url, headers, picture, bytesEach, filesEach, requests, atOnce });
  return (await client.next()).bytesPerSecond;
}
