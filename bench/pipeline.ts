/**
 * Images a second from submitBatch to SUCCEEDED, as a share of what a bare loop over the same pictures makes: what the
 * gateway, the database, the job queue and the engines' channel cost.
 */
import { connect } from '../src/cli/client.ts';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { countCpus, planEngines } from '../workers/engines/pool/cpu-quota.ts';
import { variantsDirOf } from '../workers/engines/pool/kept-choices.ts';
import { type LoopResult, startBareLoop } from './support/bare-loop.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { projectRoot } from './support/project-root.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { prepareShelfTask } from './support/shelf-task.ts';
import { startProcess } from './support/sightline-process.ts';
import { median } from './support/statistics.ts';
import { runTimedBatch } from './support/timed-batch.ts';

const contestants = ['loop', 'system', 'ahead'] as const;
type Contestant = (typeof contestants)[number];

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
  const loop = await startBareLoop(bench.started, {
    ...{ modelsDir: `${projectRoot}/models`, variantsDir: variantsDirOf(system.dataDir), threads },
  });
  const files = pictures.map(({ path }) => path);
  const run: Record<Contestant, () => Promise<LoopResult>> = {
    loop: () => loop.run(files, false),
    ahead: () => loop.run(files, true),
    system: () => runTimedBatch(system.client, system.taskId, pictures),
  };
  // Everything once before it counts: code is compiled, files are in the system's cache.
  await loop.run(files.slice(0, shelves.length), true);
  await runTimedBatch(system.client, system.taskId, shelves);
  const rates: Record<Contestant, number>[] = [];
  for (let round = 1; round <= rounds; round++) {
    // Each round begins with another one, so that none is always the first while the machine warms up or gets busy.
    const turns = [...contestants.slice(round % 3), ...contestants.slice(0, round % 3)];
    const results = {} as Record<Contestant, LoopResult>;
    for (const who of turns) results[who] = await run[who]();
    expectSameWork(results);
    const rate = (who: Contestant) => pictures.length / results[who].seconds;
    rates.push({ loop: rate('loop'), system: rate('system'), ahead: rate('ahead') });
    const rounded = contestants.map((who) => `${who} ${rate(who).toFixed(3)}`);
    bench.say(`round ${round}, images/s: ${rounded.join(', ')}`);
  }
  const speed = (what: string, kind: Contestant): Figure => {
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
  const dataDir = await makeDataDir(started);
  const { url } = await startProcess(started, 'start', {
    DATA_DIR: dataDir,
    BOOTSTRAP_API_KEY: apiKey,
    ENGINES: '1',
    ENGINE_THREADS: String(threads),
  });
  const client = connect(url, apiKey, new AbortController().signal);
  started.defer(() => client.close());
  return { client, dataDir, taskId: await prepareShelfTask(client) };
}
