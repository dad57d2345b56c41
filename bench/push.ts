/**
 * How long a change takes from its commit to the client that subscribed to it, with a thousand subscriptions on a hundred
 * sockets, beside what a bare WebSocket costs on the same machine.
 */

import { migrate } from '../src/database/migrator.ts';
import { bootstrapOrganization } from '../src/organizations/bootstrap.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { makeDataDir } from './support/data-dir.ts';
import { startEcho } from './support/echo.ts';
import type { Figure } from './support/figure.ts';
import { measurePush, type PushLoad } from './support/measure-push.ts';
import { runBench } from './support/run-bench.ts';
import { quantile } from './support/statistics.ts';

await runBench('push', async (bench): Promise<Figure[]> => {
  const load: PushLoad = bench.quick
    ? { subscriptions: 200, sockets: 20, analysesEach: 6, changesPerSecond: 200 }
    : { subscriptions: 1_000, sockets: 100, analysesEach: 8, changesPerSecond: 200 };
  const { subscriptions, sockets, changesPerSecond } = load;
  const changes = subscriptions * load.analysesEach * 2;
  bench.say(
    `${subscriptions} subscriptions on ${sockets} sockets, ${changesPerSecond} changes a second, ${changes} in all`,
  );
  const dataDir = await makeDataDir(bench.started);
  const database = await startBenchDatabase(bench.started, dataDir);
  const apiKey = newSecret();
  await migrate(database);
  await bootstrapOrganization(database.db, apiKey);
  const server = { database, dataDir, apiKey };
  const echo = await startEcho(bench.started);
  const echoLoad = { sockets, messages: changes / 4, messagesPerSecond: changesPerSecond };
  const echoMs = await echo(echoLoad);
  const together = await measurePush(bench, server, load, { apart: false });
  echoMs.push(...(await echo(echoLoad)));
  const apart = await measurePush(bench, server, load, { apart: true });
  return [
    ...distribution('bare ws echo, there and back', echoMs),
    ...distribution('one process, as `start`', together, { p50: 10, p99: 50, laterP99: 25 }),
    ...distribution('api and worker apart', apart),
  ];
});

function distribution(
  what: string,
  timesMs: readonly number[],
  goal?: { p50: number; p99: number; laterP99: number },
): Figure[] {
  const figure = (name: string, share: number): Figure => {
    return { what: `${what}, ${name}`, value: quantile(timesMs, share), unit: 'ms', digits: 1, better: 'lower' };
  };
  const p50 = { ...figure('p50', 0.5), ...(goal && { reach: goal.p50 }) };
  const p99 = { ...figure('p99', 0.99), ...(goal && { reach: goal.p99, later: goal.laterP99 }) };
  return [p50, p99, figure('slowest', 1)];
}
