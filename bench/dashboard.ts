/**
 * The dashboard in Chromium: how soon it shows the first picture, how smoothly a picture with 500 boxes moves, how soon the page
 * Review asks on after an answer, and what the Live page holds in memory while 10,000 pictures are recognised.
 */
import { buildDashboard } from '../scripts/setup/dashboard.mjs';
import { connect } from '../src/cli/client.ts';
import { exampleShelves } from '../src/cli/demo/pictures.ts';
import { newSecret } from '../src/organizations/key-secret.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { measureFirstPicture } from './support/dashboard/first-picture.ts';
import { measureMemory } from './support/dashboard/memory.ts';
import { measurePan } from './support/dashboard/pan.ts';
import { measureReview } from './support/dashboard/review.ts';
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
  const env = { DATA_DIR: await makeDataDir(started), BOOTSTRAP_API_KEY: apiKey, ENGINES: '1' };
  const { url } = await startProcess(started, 'start', env);
  const client = connect(url, apiKey, new AbortController().signal);
  started.defer(() => client.close());
  await runTimedBatch(client, await prepareShelfTask(client), await exampleShelves());
  const browser = await launchChromium();
  started.defer(() => browser.close());
  const target = { browser, url, apiKey, say };
  return [
    await measureFirstPicture(target, quick ? 2 : 9),
    ...(await measurePan(target, client)),
    ...(await measureReview(target, quick ? 50 : 300)),
    await measureMemory(target, quick ? 2_000 : 10_000),
  ];
});
