/**
 * What a change costs the server when a thousand subscriptions on a hundred sockets select the same of it, as screens with one dashboard
 * do. With `--against DIR`, another checkout of the project (with its node_modules and the same migrations) does the same by turns.
 */
import { resolve } from 'node:path';
import { newSecret } from '../src/organizations/key-secret.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { startChild } from './support/child.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import {
  measureScreens,
  type ScreenLoad,
  type ScreenServer,
  type Shown,
  shownKinds,
} from './support/measure-screens.ts';
import type { FromPushProcess, ToPushProcess } from './support/push-process.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';

interface Contestant {
  suffix: string;
  server: ScreenServer;
  /** Milliseconds of processor time a change, by what is shown. */
  costs: Record<Shown, number[]>;
}

await runBench(
  'screens',
  async (bench): Promise<Figure[]> => {
    const { started } = bench;
    const load: ScreenLoad = bench.quick
      ? { subscriptions: 200, sockets: 20, warmUp: 5, analyses: 20, changesPerSecond: 20 }
      : { subscriptions: 1_000, sockets: 100, warmUp: 5, analyses: 10, changesPerSecond: 4 };
    const rounds = bench.quick ? 1 : 3;
    bench.say(`${load.subscriptions} subscriptions on ${load.sockets} sockets, ${load.analyses * 2} changes a round`);
    const dataDir = await makeDataDir(started);
    const database = await startBenchDatabase(started, dataDir);
    const apiKey = newSecret();
    const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey };
    const checkouts = [undefined, ...(bench.options.against === undefined ? [] : [bench.options.against])];
    const contestants: Contestant[] = [];
    for (const against of checkouts) {
      const api = await startProcess(started, 'api', env, against && resolve(against));
      const server = { ...api, database, apiKey };
      contestants.push({ suffix: against ? ` (${against})` : '', server, costs: { status: [], result: [] } });
    }
    const worker = startChild<ToPushProcess, FromPushProcess>(started, './push-process.ts');
    worker.send({ type: 'init', databaseUrl: database.url, dataDir, withGateway: false });
    await worker.next();
    for (let round = 0; round < rounds; round++)
      for (const contestant of contestants) await play(bench, contestant, { load, worker });
    return contestants.flatMap(figures);
  },
  ['against'],
);

async function play(
  bench: Bench,
  { suffix, server, costs }: Contestant,
  parts: Omit<Parameters<typeof measureScreens>[1], 'shown'>,
): Promise<void> {
  for (const shown of shownKinds) {
    const ms = await measureScreens(server, { ...parts, shown });
    costs[shown].push(ms);
    bench.say(`${shown}${suffix}: ${ms.toFixed(1)} ms of processor time a change`);
  }
}

function figures({ suffix, costs }: Contestant): Figure[] {
  return shownKinds.map((shown) => ({
    what: `processor time of the server a change, ${shown}${suffix}`,
    value: median(costs[shown]),
    unit: 'ms',
    digits: 1,
    better: 'lower',
    note: costs[shown].map((ms) => ms.toFixed(1)).join(', '),
  }));
}
