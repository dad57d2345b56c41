import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUpload } from '../api/uploads/client.ts';
import { exampleFile } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** Lists of analyses, and what is done with several of them. */
const world = startDashboardWorld();
let page: Page;
let taskId: string;
beforeAll(async () => {
  taskId = await createTask(world.user, { name: 'Audit' });
  const upright = await exampleFile('shelves/4-upright.jpg');
  const shelf = { file: upright, externalId: 'shelf.jpg', placeId: 'store-1' };
  const broken = { file: new Blob(['no picture']), externalId: 'broken.jpg', metadata: { aisle: '7' } };
  await awaitEnd(world.user, await submitBatch(world.user, [shelf, broken], { taskId }));
});
beforeEach(async () => {
  page = await world.signIn();
});

const goTo = (address: string) => page.goto(`${world.sightline.url}/#${address}`);

describe('Analyses', () => {
  test('filters are in the address: a reload keeps them, and "back" takes the last one away', async () => {
    await page.getByRole('link', { name: 'Analyses' }).click();
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor();
    await page.getByLabel('Status').selectOption('Failed');
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('#/analyses?status=FAILED');
    await page.reload();
    await page.getByRole('link', { name: 'broken.jpg' }).waitFor();
    expect(await page.getByRole('link', { name: 'shelf.jpg' }).count()).toBe(0);
    await page.goBack();
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor();
    await page.goForward();
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor();
    await expectAccessible(page);
  });

  test('each filter of the address reaches the API', async () => {
    const found = async (search: string) => {
      await goTo(`/analyses?view=table&${search}`);
      await page.reload();
      await page.getByRole('table').or(page.getByText('No analysis matches')).waitFor();
      return page.getByRole('cell').getByRole('link').allTextContents();
    };
    expect(await found(`task=${taskId}&place=store-1`)).toEqual(['shelf.jpg']);
    expect(await found('meta=aisle%3A7')).toEqual(['broken.jpg']);
    expect(await found('confidence=1')).toEqual([]);
    expect(await found('to=2020-01-01T00:00:00.000Z')).toEqual([]);
    expect(await found('from=2020-01-01T00:00:00.000Z&status=SUCCEEDED,FAILED')).toEqual(['broken.jpg', 'shelf.jpg']);
    expect(await found('sort=oldest')).toEqual(['shelf.jpg', 'broken.jpg']);
    await expectAccessible(page);
  });

  test('what is selected can be run again; a new analysis is announced, and shown when asked for', async () => {
    await goTo('/analyses?view=table&place=store-1');
    await page.getByLabel('Select shelf.jpg').check();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('1 submitted again.').waitFor();
    await page.getByRole('button', { name: '1 submitted since' }).click();
    await expect.poll(() => page.getByRole('cell').getByRole('link', { name: 'shelf.jpg' }).count()).toBe(2);
  });

  test('what is selected and has not ended can be cancelled; what has ended is told of', async () => {
    const bay = await exampleFile('shelves/5-whole-bay.jpg');
    // The one engine has enough to do before the last one.
    const names = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((number) => `before-${number}.jpg`);
    const images = [...names, 'last.jpg'].map((externalId) => ({ file: bay, externalId, placeId: 'store-2' }));
    const { batch } = await submitBatch(world.user, images, { taskId });
    await goTo('/analyses?view=table&place=store-2');
    await page.getByLabel('Select last.jpg').check();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('1 cancelled.', { exact: true }).waitFor();
    await page
      .getByRole('row', { name: /last\.jpg/ })
      .getByText('Cancelled')
      .waitFor();
    await page.reload();
    await page.getByLabel('Select last.jpg').check();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('0 cancelled. The analysis has already ended: it is CANCELED.').waitFor();
    await world.user.run('mutation ($id: ID!) { cancelAnalyses(target: { batchId: $id }) { __typename } }', {
      id: batch.id,
    });
  });

  test('all that match are exported as a file', async () => {
    await goTo('/analyses?status=FAILED');
    await page.getByRole('button', { name: 'Export all' }).click();
    await page.getByLabel('Format').selectOption('JSONL');
    await page.getByLabel('Results').selectOption('CORRECTED');
    await page.getByRole('button', { name: 'Write the file' }).click();
    const link = page.getByRole('link', { name: 'Download' });
    await expectAccessible(page);
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    const exported = lines.map((line) => JSON.parse(line));
    expect(exported).toMatchObject([{ externalId: 'broken.jpg', basis: 'CORRECTED' }]);
  });
});

describe('what is selected', () => {
  const place = 'store-9';
  const select = async (name: string) => {
    await goTo(`/analyses?view=table&place=${place}`);
    await page.getByLabel(`Select ${name}`).check();
  };
  beforeAll(async () => {
    const broken = (externalId: string) => ({ file: new Blob(['no picture']), externalId, placeId: place });
    await awaitEnd(world.user, await submitBatch(world.user, [broken('one.jpg'), broken('two.jpg')], { taskId }));
  });

  test('is exported as a file', async () => {
    await select('one.jpg');
    await page.getByRole('button', { name: 'Export selected' }).click();
    await page.getByLabel('Format').selectOption('JSONL');
    await page.getByRole('button', { name: 'Write the file' }).click();
    const link = page.getByRole('link', { name: 'Download' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ externalId: 'one.jpg' }]);
  });

  test('is deleted after a question', async () => {
    await select('one.jpg');
    await page.getByRole('button', { name: 'Delete 1 analysis' }).click();
    await page.getByRole('heading', { name: 'Delete 1 analysis?' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('1 of 1 deleted.').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('link', { name: 'one.jpg' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'two.jpg' }).waitFor();
    const { analyses } = await world.user.run(
      'query ($place: String!) { analyses(filter: { placeId: $place }) { nodes { externalId } } }',
      { place },
    );
    expect(analyses.nodes).toEqual([{ externalId: 'two.jpg' }]);
  });

  test('and has not ended is not deleted: why, stands beside its name', async () => {
    const source = { uploadId: (await createUpload(world.user)).id };
    await submitBatch(world.user, [{ source, externalId: 'waits.jpg', placeId: place }], { taskId });
    await select('waits.jpg');
    await page.getByRole('button', { name: 'Delete 1 analysis' }).click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('0 of 1 deleted.').waitFor();
    await page
      .getByRole('list', { name: 'Not deleted' })
      .getByText(/waits\.jpg: .* is AWAITING_UPLOAD/)
      .waitFor();
  });
});
