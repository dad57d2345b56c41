/** How many stored images an api process accepts a second when they are submitted by id, and what that does to its memory. */
import { sql } from 'kysely';
import { type Client, connect } from '../src/cli/client.ts';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { encodeId, newId } from '../src/ids.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { type BenchDatabase, startBenchDatabase } from './support/bench-database.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { findProcess } from './support/process-table.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';
import { submitAll } from './support/submit-stored.ts';

await runBench('enqueue', async (bench): Promise<Figure[]> => {
  const imageCount = bench.quick ? 1_000 : 10_000;
  const rounds = bench.quick ? 1 : 5;
  const { client, pid, database } = await startApi(bench);
  const taskId = await createTask(client);
  const imageIds = await storeImages(client, database, imageCount);
  const megabytes = () => findProcess(pid).rssBytes / 1e6;
  const before = megabytes();
  const rates: Record<number, number[]> = { 1: [], 4: [] };
  let afterFirst = 0;
  for (let round = 1; round <= rounds; round++) {
    for (const inFlight of [1, 4]) {
      const seconds = await submitAll(client, taskId, imageIds, inFlight);
      afterFirst ||= megabytes();
      rates[inFlight]!.push(imageCount / seconds);
      bench.say(`${inFlight} at a time: ${Math.floor(imageCount / seconds)}/s, api ${megabytes().toFixed(0)} MB`);
    }
  }
  const rate = { unit: 'images/s', digits: 0, better: 'higher' as const };
  const memory = { unit: 'MB', digits: 0, better: 'lower' as const };
  return [
    {
      what: 'accepted, four requests at a time, median',
      value: median(rates[4]!),
      ...rate,
      reach: 8_000,
      later: 10_000,
    },
    { what: 'accepted, one request at a time, median', value: median(rates[1]!), ...rate },
    { what: 'api process before', value: before, ...memory },
    { what: `api process grown by, after ${imageCount}`, value: afterFirst - before, ...memory, reach: 50 },
    { what: `api process grown by, after ${imageCount * rounds * 2}`, value: megabytes() - before, ...memory },
  ];
});

async function startApi({ started }: Bench) {
  const dataDir = await makeDataDir(started);
  const database = await startBenchDatabase(started, dataDir);
  const apiKey = newSecret();
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey };
  const { pid, url } = await startProcess(started, 'api', env);
  return { client: connect(url, apiKey, new AbortController().signal), pid, database };
}

async function createTask(client: Client): Promise<string> {
  const { createTask } = await client.request<{ createTask: { id: string } }>(
    'mutation { createTask(input: { name: "bench" }) { ... on Task { id } } }',
  );
  return createTask.id;
}

/** One picture is uploaded; the others are rows that share its bytes, as if the same file had been sent again and again. */
async function storeImages(client: Client, { db }: BenchDatabase, count: number): Promise<string[]> {
  const [shelf] = await exampleShelves();
  await client.upload(
    'mutation Store($file: Upload!) { uploadImages(images: [{ source: { upload: $file } }]) { results { __typename } } }',
    { file: null },
    { file: shelf!.path },
  );
  const ids = Array.from({ length: count }, () => newId());
  await sql`
    insert into image (id, organization_id, status, sha256)
    select new_id, organization_id, status, sha256 from image, unnest(${ids}::uuid[]) as new_id`.execute(db);
  await sql`analyze image`.execute(db);
  return ids.map((id) => encodeId('image', id));
}
