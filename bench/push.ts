/**
 * How long a change takes from its commit to the client that subscribed to it, with a thousand subscriptions on a hundred
 * sockets, beside what a bare WebSocket costs on the same machine. `--subscriptions N` has another number, ten on a socket.
 */

import { migrate } from '../src/database/migrator.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { makeDataDir } from './support/data-dir.ts';
import { startEcho } from './support/echo.ts';
import type { Figure } from './support/figure.ts';
import { measurePush, type PushLoad } from './support/measure-push.ts';
import { createOrganizationKeys } from './support/organization-keys.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { quantile } from './support/statistics.ts';

const usualSubscriptions = 1_000;
const quickSubscriptions = 200;

function loadOf({ quick, options }: Bench): PushLoad {
  const subscriptions = Number(options.subscriptions ?? (quick ? quickSubscriptions : usualSubscriptions));
  const sockets = subscriptions / 10;
  if (!Number.isInteger(sockets) || sockets < 1)
    throw new Error(`--subscriptions is ${options.subscriptions}; expected a multiple of ten.`);
  // About as many changes however many hear of them.
  const analysesEach = Math.max(1, Math.round((quick ? 1_200 : 8_000) / subscriptions));
  return { subscriptions, sockets, analysesEach, changesPerSecond: 200 };
}

async function measureAll(bench: Bench): Promise<Figure[]> {
  const load = loadOf(bench);
  const { subscriptions, sockets, changesPerSecond } = load;
  const changes = subscriptions * load.analysesEach * 2;
  bench.say(
    `${subscriptions} subscriptions on ${sockets} sockets, ${changesPerSecond} changes a second, ${changes} in all`,
  );
  const dataDir = await makeDataDir(bench.started);
  const database = await startBenchDatabase(bench.started, dataDir);
  await migrate(database);
  const server = { database, dataDir, apiKeys: await createOrganizationKeys(database, subscriptions) };
  const echo = await startEcho(bench.started);
  const echoLoad = { sockets, messages: changes / 4, messagesPerSecond: changesPerSecond };
  const echoMs = await echo(echoLoad);
  const together = await measurePush(bench, server, load, { apart: false });
  echoMs.push(...(await echo(echoLoad)));
  const apart = await measurePush(bench, server, load, { apart: true });
  return [
    ...distribution('bare ws echo, there and back', echoMs),
    ...distribution('one process, as `start`', together, subscriptions > usualSubscriptions ? manyGoals : goals),
    ...distribution('api and worker apart', apart),
  ];
}

/** Milliseconds. */
interface Goals {
  p50: number;
  p99: number;
}

const goals: Goals = { p50: 3, p99: 8 };
/** With ten thousand subscriptions. */
const manyGoals: Goals = { p50: 5, p99: 15 };

function distribution(what: string, timesMs: readonly number[], goal?: Goals): Figure[] {
  const figure = (name: string, share: number): Figure => {
    return { what: `${what}, ${name}`, value: quantile(timesMs, share), unit: 'ms', digits: 1, better: 'lower' };
  };
  const p50 = { ...figure('p50', 0.5), ...(goal && { reach: goal.p50 }) };
  const p99 = { ...figure('p99', 0.99), ...(goal && { reach: goal.p99 }) };
  return [p50, p99, figure('slowest', 1)];
}

await runBench('push', measureAll, ['subscriptions']);
