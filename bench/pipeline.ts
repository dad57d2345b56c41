/**
 * Images a second from submitBatch to SUCCEEDED, as a share of what a bare loop over the same pictures makes: what the
 * gateway, the database, the job queue and the engines' channel cost.
 */
import { connect } from '../src/cli/demo/client.ts';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { countCpus, planEngines } from '../workers/engine/cpu-quota.ts';
import { type LoopResult, startBareLoop } from './support/bare-loop.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { prepareShelfTask } from './support/shelf-task.ts';
import { startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';
import { runTimedBatch } from './support/timed-batch.ts';

await runBench('pipeline', async (bench): Promise<Figure[]> => {
  const rounds = bench.quick ? 1 : 5;
  const shelves = await exampleShelves();
  const pictures = Array.from(
    { length: shelves.length * (bench.quick ? 2 : 8) },
    (_, i) => shelves[i % shelves.length]!,
  );
  // One engine on either side, also where there are more processors: the loop is one process.
  const { threads } = planEngines(countCpus(), 1, null);
  bench.say(`${pictures.length} pictures a round, ${threads} threads on either side, ${rounds} rounds, taking turns`);
  const system = await startSystem(bench, threads);
  const loop = await startBareLoop(bench.started, { modelsDir: `${projectRoot}/models`, threads });
  const files = pictures.map(({ path }) => path);
  const run = {
    loop: () => loop.run(files, false),
    ahead: () => loop.run(files, true),
    system: () => runTimedBatch(system.client, system.taskId, pictures),
  };
  // Everything once before it counts: code is compiled, files are in the system's cache.
  await loop.run(files.slice(0, shelves.length), true);
  await runTimedBatch(system.client, system.taskId, shelves);
  const rates: Record<keyof typeof run, number>[] = [];
  for (let round = 1; round <= rounds; round++) {
    const results = { loop: await run.loop(), system: await run.system(), ahead: await run.ahead() };
    expectSameWork(results);
    const rate = ({ seconds }: LoopResult) => pictures.length / seconds;
    rates.push({ loop: rate(results.loop), system: rate(results.system), ahead: rate(results.ahead) });
    bench.say(`round ${round}: images/s ${JSON.stringify(rates.at(-1))}`);
  }
  const speed = (what: string, kind: keyof typeof run): Figure => {
    return { what, value: median(rates.map((each) => each[kind])), unit: 'images/s', digits: 3, better: 'higher' };
  };
  const ratio = (what: string, kind: 'loop' | 'ahead'): Figure => {
    const ratios = rates.map((each) => each.system / each[kind]);
    const note = `rounds ${ratios.map((each) => each.toFixed(3)).join(', ')}`;
    return { what, value: median(ratios), unit: '', digits: 3, better: 'higher', note };
  };
  return [
    speed('bare loop', 'loop'),
    speed('bare loop that decodes ahead', 'ahead'),
    speed('submitBatch to SUCCEEDED', 'system'),
    { ...ratio('system ÷ bare loop', 'loop'), reach: 0.85, later: 0.95 },
    ratio('system ÷ bare loop that decodes ahead', 'ahead'),
  ];
});

function expectSameWork(results: Record<string, LoopResult>): void {
  const found = Object.entries(results).map(
    ([who, { detections, named }]) => `${who}: ${detections} detections, ${named} named`,
  );
  const [first, ...others] = Object.values(results);
  if (others.some((other) => other.detections !== first!.detections || other.named !== first!.named))
    throw new Error(`Not the same work was done, so the times say nothing. ${found.join('; ')}`);
}

async function startSystem({ started }: Bench, threads: number) {
  const apiKey = newSecret();
  const { url } = await startProcess(started, 'start', {
    DATA_DIR: await makeDataDir(started),
    BOOTSTRAP_API_KEY: apiKey,
    ENGINES: '1',
    ENGINE_THREADS: String(threads),
  });
  const client = connect(url, apiKey, new AbortController().signal);
  started.defer(() => client.close());
  return { client, taskId: await prepareShelfTask(client) };
}
