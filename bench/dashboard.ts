/**
 * The dashboard in Chromium: how soon it shows the first picture, how smoothly a picture with 500 boxes moves, how soon the page
 * Review asks on after an answer, and what the Live page holds in memory while 10,000 pictures are recognised, and how
 * smoothly a list of 100,000 analyses scrolls.
 */
import { buildDashboard } from '../scripts/setup/dashboard.mjs';
import { connect } from '../src/cli/client.ts';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { startBenchDatabase } from './support/bench-database.ts';
import { measureFirstPicture } from './support/dashboard/first-picture.ts';
import { insertManyRows } from './support/dashboard/many-rows.ts';
import { measureMemory } from './support/dashboard/memory.ts';
import { measurePan } from './support/dashboard/pan.ts';
import { measureReview } from './support/dashboard/review.ts';
import { measureScroll } from './support/dashboard/scroll.ts';
import { makeDataDir } from './support/data-dir.ts';
import type { Figure } from './support/figure.ts';
import { projectRoot } from './support/project-root.ts';
import { runBench } from './support/run-bench.ts';
import { prepareShelfTask } from './support/shelf-task.ts';
import { startProcess } from './support/sightline-process.ts';
import { runTimedBatch } from './support/timed-batch.ts';

await runBench('dashboard', async ({ quick, started, say }): Promise<Figure[]> => {
  const trouble = await buildDashboard(projectRoot, process.execPath);
  if (trouble !== null) throw new Error(trouble);
  const apiKey = newSecret();
  const dataDir = await makeDataDir(started);
  const database = await startBenchDatabase(started, dataDir);
  const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, BOOTSTRAP_API_KEY: apiKey, ENGINES: '1' };
  const { url } = await startProcess(started, 'start', env);
  const client = connect(url, apiKey, new AbortController().signal);
  started.defer(() => client.close());
  await runTimedBatch(client, await prepareShelfTask(client), await exampleShelves());
  const browser = await launchChromium();
  started.defer(() => browser.close());
  const target = { browser, url, apiKey, say };
  const figures = [
    await measureFirstPicture(target, quick ? 2 : 9),
    ...(await measurePan(target, client)),
    ...(await measureReview(target, quick ? 50 : 300)),
    await measureMemory(target, quick ? 2_000 : 10_000),
  ];
  const rows = quick ? 5_000 : 100_000;
  await insertManyRows(database, rows);
  return [...figures, ...(await measureScroll(target, 'grid', rows)), ...(await measureScroll(target, 'table', rows))];
});
