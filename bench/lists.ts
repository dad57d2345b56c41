/**
 * How many lists an api process answers a second, with eight connections that each wait for their response. With POSTGRAPHILE, the
 * folder of an installation (`npm install --prefix FOLDER postgraphile@5.1.5`), PostGraphile answers the first of them by turns, from
 * the same rows in the same database. With `--against DIR`, another checkout of the project (with its node_modules and the same
 * migrations) answers all of them, too.
 */
import { resolve } from 'node:path';
import { newSecret } from '../src/organizations/key-secret.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { startChild } from './support/child.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { insertListedRows, type ListedRows } from './support/listed-rows.ts';
import { type PostGraphile, startPostGraphile } from './support/postgraphile.ts';
import { processorSeconds } from './support/process-table.ts';
import type { RequestLoad, RequestRate } from './support/request-process.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { type SightlineProcess, startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';

const connections = 8;

/** One of the servers, and what it is asked for. */
type Target = Pick<RequestLoad, 'url' | 'headers' | 'query'> & {
  what: string;
  pid: number;
  /** Requests a second. */
  rates: number[];
  /** Milliseconds of processor time of its process for each request. */
  costs: number[];
};

await runBench(
  'lists',
  async (bench): Promise<Figure[]> => {
    const { started } = bench;
    const dataDir = await makeDataDir(started);
    const database = await startBenchDatabase(started, dataDir);
    const apiKey = newSecret();
    const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey };
    const api = await startProcess(started, 'api', env);
    const rows = await insertListedRows(database);
    const own = targetsOf(api, apiKey, rows, '');
    const folder = process.env.POSTGRAPHILE;
    const other = folder === undefined ? null : await startPostGraphile(started, folder, database.url);
    bench.say(
      other ? `compared with PostGraphile ${other.version}` : 'POSTGRAPHILE is not set: nothing to compare with',
    );
    const others = other ? [targetOf(other)] : [];
    const { against } = bench.options;
    const earlier =
      against === undefined
        ? []
        : targetsOf(await startProcess(started, 'api', env, resolve(against)), apiKey, rows, ` (${against})`);
    const byTurns = own.flatMap((each, index) => [each, ...earlier.slice(index, index + 1)]);
    await measure(bench, [...others, ...byTurns]);
    return figures(own, [...others, ...earlier], others);
  },
  ['against'],
);

function targetsOf({ pid, url }: SightlineProcess, apiKey: string, rows: ListedRows, suffix: string): Target[] {
  return Object.entries(queries(rows)).map(([what, query]) => {
    const headers = { 'x-api-key': apiKey };
    return { what: `${what}${suffix}`, query, url: `${url}/graphql`, headers, pid, rates: [], costs: [] };
  });
}

function targetOf({ pid, url, analysesQuery }: PostGraphile): Target {
  return { what: 'the same from PostGraphile', query: analysesQuery, url, headers: {}, pid, rates: [], costs: [] };
}

function queries({ batchId, analysisId }: ListedRows): Record<string, string> {
  return {
    'analyses(first: 50) with task and batch of each': `{ analyses(first: 50) {
      nodes {
        id status externalId confidence detectionCount createdAt finishedAt task { id name } batch { id total completed }
      }
      pageInfo { hasNextPage endCursor } } }`,
    'catalogItems(first: 50) with thumbnail of each': `{ catalogItems(first: 50) {
      nodes { id status name barcode brand tags createdAt thumbnail { id status } } pageInfo { hasNextPage endCursor } } }`,
    'an analysis with 300 detections': `{ node(id: "${analysisId}") {
      ... on Analysis { id status detections { id confidence box { x y width height } catalogItem { id name } } } } }`,
    'a batch with 50 analyses of 20 detections': `{ node(id: "${batchId}") { ... on Batch {
      id analyses(first: 50) { nodes { id status detections { confidence box { x y width height } catalogItem { id name } } } } } } }`,
  };
}

/** By turns: what slows the machine down for a while slows down all of them. */
async function measure(bench: Bench, targets: readonly Target[]): Promise<void> {
  const rounds = bench.quick ? 1 : 5;
  const seconds = bench.quick ? 2 : 6;
  for (const each of targets) await send(each, bench.quick ? 1 : 3);
  for (let round = 1; round <= rounds; round++) {
    for (const each of targets) {
      const before = processorSeconds(each.pid);
      const { requests, requestsPerSecond, bytes } = await send(each, seconds);
      const cost = ((processorSeconds(each.pid) - before) * 1000) / requests;
      each.rates.push(requestsPerSecond);
      each.costs.push(cost);
      const perRequest = `${cost.toFixed(2)} ms of processor time and ${(bytes / 1000).toFixed(1)} kB each`;
      bench.say(`${each.what}: ${requestsPerSecond.toFixed(1)}/s, ${perRequest}`);
    }
  }
}

async function send({ url, headers, query }: Target, seconds: number): Promise<RequestRate> {
  await using started = new AsyncDisposableStack();
  const client = startChild<RequestLoad, RequestRate>(started, './request-process.ts');
  client.send({ url, headers, query, connections, seconds });
  // Awaited here: the client is stopped when this function ends.
  return await client.next();
}

function figures(own: readonly Target[], rest: readonly Target[], others: readonly Target[]): Figure[] {
  const each = ({ what, rates, costs }: Target): Figure[] => [
    { what, value: median(rates), unit: 'requests/s', digits: 0, better: 'higher' },
    { what: `${what}: processor time of the process`, value: median(costs), unit: 'ms', digits: 2, better: 'lower' },
  ];
  const ratios = others.flatMap(({ rates, costs }): Figure[] => {
    const ratio = { unit: '', digits: 2, better: 'higher' as const };
    const [first] = own as [Target];
    return [
      { what: 'first ÷ PostGraphile', value: median(first.rates) / median(rates), ...ratio, reach: 1, later: 1.5 },
      { what: 'the same by processor time', value: median(costs) / median(first.costs), ...ratio },
    ];
  });
  return [...own, ...rest].flatMap(each).concat(ratios);
}
