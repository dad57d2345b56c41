/**
 * How long `start` takes on a DATA_DIR that has been used before, until its first engine is warm and it says so; and what
 * its processes hold in memory, right then and after pictures.
 */
import { type Client, connect } from '../src/cli/client.ts';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { makeDataDir } from './support/data-dir.ts';
import { type Figure, formatValue } from './support/figure.ts';
import { findEngines, findProcess } from './support/process-table.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { prepareShelfTask } from './support/shelf-task.ts';
import { type SightlineProcess, startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';
import { runTimedBatch } from './support/timed-batch.ts';

const megabyte = 1e6;

await runBench('start', async (bench): Promise<Figure[]> => {
  const starts = bench.quick ? 2 : 7;
  const apiKey = newSecret();
  const env = { DATA_DIR: await makeDataDir(bench.started), BOOTSTRAP_API_KEY: apiKey };
  const first = await startProcess(bench.started, 'start', env);
  bench.say(`first start, which makes the database: ${Math.ceil(first.readyMs)} ms`);
  await first.stop('SIGTERM');
  const readySeconds: number[] = [];
  const mainMegabytes: number[] = [];
  for (let count = 1; ; count++) {
    const sightline = await startProcess(bench.started, 'start', env);
    readySeconds.push(sightline.readyMs / 1000);
    mainMegabytes.push(findProcess(sightline.pid).rssBytes / megabyte);
    bench.say(
      `start ${count}: ${readySeconds.at(-1)!.toFixed(2)} s, main process ${mainMegabytes.at(-1)!.toFixed(0)} MB`,
    );
    if (count === starts) {
      const memory = await measureMemory(bench, sightline, apiKey);
      return [...startFigures(readySeconds, mainMegabytes), ...memory];
    }
    await sightline.stop('SIGTERM');
  }
});

function startFigures(readySeconds: number[], mainMegabytes: number[]): Figure[] {
  const slowest = formatValue({ value: Math.max(...readySeconds), digits: 2, better: 'lower' });
  const ready = { value: median(readySeconds), unit: 's', digits: 2, reach: 1.8, later: 1.5 };
  const memory = { value: median(mainMegabytes), unit: 'MB', digits: 0, reach: 250 };
  return [
    { what: 'start to ready, median', better: 'lower', ...ready, note: `slowest ${slowest} s` },
    { what: 'main process when ready', better: 'lower', ...memory },
  ];
}

/** Sampled between batches, when nothing is in hand: what stays, not what one picture needs for a moment. */
async function measureMemory({ quick, started, say }: Bench, { pid, url }: SightlineProcess, apiKey: string) {
  const client: Client = connect(url, apiKey, new AbortController().signal);
  started.defer(() => client.close());
  const taskId = await prepareShelfTask(client);
  const shelves = await exampleShelves();
  const batchSize = quick ? 6 : 50;
  const pictures = Array.from({ length: batchSize }, (_, index) => shelves[index % shelves.length]!);
  const samples: { engine: number; main: number }[] = [];
  for (let done = batchSize; done <= batchSize * 6; done += batchSize) {
    await runTimedBatch(client, taskId, pictures);
    const [engine] = findEngines(pid);
    if (!engine) throw new Error(`Process ${pid} has no engine.`);
    const sample = { engine: engine.rssBytes / megabyte, main: findProcess(pid).rssBytes / megabyte };
    samples.push(sample);
    say(`after ${done} pictures: engine ${sample.engine.toFixed(0)} MB, main process ${sample.main.toFixed(0)} MB`);
  }
  const after = samples[3]!;
  const last = samples[5]!;
  const pictureCount = batchSize * 4;
  const memory = { unit: 'MB', digits: 0, better: 'lower' as const };
  return [
    { what: `one engine after ${pictureCount} pictures`, value: after.engine, ...memory, reach: 500 },
    { what: `engine, ${batchSize * 2} pictures later, grown by`, value: last.engine - after.engine, ...memory },
    { what: `main process after ${pictureCount} pictures`, value: after.main, ...memory },
  ];
}
