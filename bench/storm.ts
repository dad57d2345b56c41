/**
 * Ten thousand streams on a thousand sockets: how long it takes until all have begun, what each of them costs in memory, and what
 * happens when all sockets are cut at once and come back while analyses change: nothing may be missed, and requests have to be answered.
 * `--analysis '{ id task { name } }'` selects something else of each analysis.
 */
import { migrate } from '../src/database/migrator.ts';
import { encodeId } from '../src/ids.ts';
import { type BenchDatabase, startBenchDatabase } from './support/bench-database.ts';
import { type Child, startChild } from './support/child.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { createOrganizationKeys } from './support/organization-keys.ts';
import { findProcess } from './support/process-table.ts';
import type { FromPushProcess, ToPushProcess } from './support/push-process.ts';
import { insertQueuedBatches } from './support/queued-batches.ts';
import { probe } from './support/request-times.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { quantile } from './support/statistics.ts';
import type { FromStorm, ToStorm } from './support/storm-process.ts';

const changesPerSecond = 200;
const analysesEach = 2;

const usualSelection = '{ id status }';

await runBench('storm', measure, ['analysis']);

async function measure(bench: Bench): Promise<Figure[]> {
  const streams = bench.quick ? 1_000 : 10_000;
  const sockets = streams / 10;
  const { database, dataDir, apiKeys } = await prepare(bench, streams);
  const { batchIds, analysisIds } = await insertQueuedBatches(database, streams, analysesEach);
  const server = startChild<ToPushProcess, FromPushProcess>(bench.started, './push-process.ts');
  server.send({ type: 'init', databaseUrl: database.url, dataDir, withGateway: true });
  const ready = await server.next();
  if (ready.type !== 'ready') throw new Error('The processes answered out of turn.');
  const clients = startChild<ToStorm, FromStorm>(bench.started, './storm-process.ts');
  const megabytes = () => findProcess(server.pid).rssBytes / 1e6;

  const begin = async (from: number, to: number) => {
    const startedAt = performance.now();
    const share = (to - from) / streams;
    clients.send({
      type: 'begin',
      url: ready.url,
      apiKeys,
      batchIds: batchIds.slice(from, to),
      sockets: Math.round(sockets * share),
      analysesEach,
      selection: bench.options.analysis ?? usualSelection,
    });
    await clients.next();
    return (performance.now() - startedAt) / 1000;
  };
  await begin(0, streams / 10);
  const before = megabytes();
  const seconds = await begin(streams / 10, streams);
  const after = megabytes();
  bench.say(`${streams} streams: the last ${streams * 0.9} began in ${seconds.toFixed(1)} s, ${after.toFixed(0)} MB`);

  const changing = analysisIds.slice(0, bench.quick ? 200 : 2_000);
  const stopProbe = probe(ready.url, apiKeys[0]);
  server.send({ type: 'change', analysisIds: changing, changesPerSecond });
  clients.send({ type: 'cut' });
  await clients.next();
  const returned = await collect(clients, server, changing.length * 2);
  const requestMs = await stopProbe();
  return [
    {
      what: `${streams * 0.9} streams began in`,
      value: seconds,
      unit: 's',
      digits: 1,
      better: 'lower',
      reach: 10,
      later: 5,
    },
    {
      what: 'memory for each',
      value: ((after - before) * 1000) / (streams * 0.9),
      unit: 'kB',
      digits: 1,
      better: 'lower',
      reach: 20,
      later: 12,
    },
    {
      what: 'requests meanwhile, p99',
      value: quantile(requestMs, 0.99),
      unit: 'ms',
      digits: 0,
      better: 'lower',
      reach: 200,
    },
    { what: 'changes that arrived after all sockets were cut', value: returned, unit: '', digits: 0, better: 'higher' },
  ];
}

async function prepare(
  { started }: Bench,
  streams: number,
): Promise<{ database: BenchDatabase; dataDir: string; apiKeys: [string, ...string[]] }> {
  const dataDir = await makeDataDir(started);
  const database = await startBenchDatabase(started, dataDir);
  await migrate(database);
  const apiKeys = await createOrganizationKeys(database, streams);
  return { database, dataDir, apiKeys };
}

/** @returns how many changes arrived. @throws when one is missing, or arrived twice */
async function collect(
  clients: Child<ToStorm, FromStorm>,
  server: Child<ToPushProcess, FromPushProcess>,
  changes: number,
): Promise<number> {
  const changed = await server.next();
  if (changed.type !== 'changed') throw new Error('The processes answered out of turn.');
  clients.send({ type: 'collect', changes });
  const { arrivals } = await clients.next();
  const expected = new Set(
    changed.commits.map(({ analysisId, status }) => `${encodeId('analysis', analysisId)} ${status}`),
  );
  const missing = expected.difference(new Set(arrivals));
  if (missing.size > 0 || arrivals.length !== changes)
    throw new Error(`${changes} changes were made, ${arrivals.length} arrived, ${missing.size} are missing.`);
  return arrivals.length;
}
