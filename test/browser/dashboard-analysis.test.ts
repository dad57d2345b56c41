import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { exampleFile } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** The page of one analysis: what was found, where, and what can be done with it. */
const world = startDashboardWorld();
let page: Page;
/** Of shelf.jpg, which has ended with a result. */
let analysisId: string;
let taskId: string;
beforeAll(async () => {
  taskId = await createTask(world.user, { name: 'Audit', computeRealogram: true, computeShares: true });
  const shelf = { file: await exampleFile('shelves/4-upright.jpg'), externalId: 'shelf.jpg' };
  const submitted = await submitBatch(world.user, [{ ...shelf, options: { readText: true } }], { taskId });
  await awaitEnd(world.user, submitted);
  analysisId = submitted.ids[0]!;
});
beforeEach(async () => {
  page = await world.signIn();
});

const goTo = (address: string) => page.goto(`${world.sightline.url}/#${address}`);
test('boxes and list are linked, and the slider hides what is less certain', async () => {
  await goTo(`/analyses/${analysisId}`);
  const rows = page.getByRole('list', { name: 'What was found' }).getByRole('button');
  await rows.first().waitFor();
  const all = await rows.count();
  await rows.first().focus();
  await expect.poll(() => page.locator('ol button[data-hovered]').count()).toBe(1);
  await rows.first().click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByLabel('Confidence from').fill('1');
  await page.getByRole('heading', { name: `of ${all} found` }).waitFor();
  expect(await rows.count()).toBeLessThan(all);
});

test('the text that was read is listed', async () => {
  await goTo(`/analyses/${analysisId}`);
  await page.getByRole('heading', { name: /^Text: \d+ lines$/ }).waitFor();
  const lines = page.getByRole('list', { name: 'Lines of text' }).getByRole('listitem');
  expect(await lines.filter({ hasText: 'Lathwenna' }).count()).toBeGreaterThan(0);
  await expectAccessible(page);
});

test('shelves, shares and timings are drawn', async () => {
  await goTo(`/analyses/${analysisId}`);
  const shelf = page.getByRole('listitem', { name: 'Shelf 1' }).getByRole('button');
  await shelf.first().click();
  expect(await shelf.first().getAttribute('aria-pressed')).toBe('true');
  const chosen = page.getByRole('list', { name: 'What was found' }).locator('[aria-pressed="true"]');
  expect(await chosen.count()).toBe(1);
  await page.getByRole('heading', { name: 'Share of shelf' }).waitFor();
  await page.getByRole('row', { name: /^Not in the catalogue 100% \(\d+\) 100% 100%$/ }).waitFor();
  await page.getByRole('heading', { name: /^Timings: \d/ }).waitFor();
  for (const stage of ['Waiting', 'Decoding', 'Models', 'Matching', 'Text'])
    await page.getByRole('term').filter({ hasText: stage }).waitFor();
});

test('one that waits shows its result as soon as it is there, without being asked for again', async () => {
  const shelf = { file: await exampleFile('shelves/5-whole-bay.jpg'), externalId: 'bay.jpg' };
  // While it is locked, no result is stored: the page sees the analysis unfinished, however fast the engine is.
  const lock = await world.sightline.database.db.startTransaction().execute();
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(lock);
  await sql`lock table analysis_result in exclusive mode`.execute(lock);
  const { ids } = await submitBatch(world.user, [shelf], { taskId });
  await goTo(`/analyses/${ids[0]}`);
  await page.getByText('The result appears here by itself').waitFor();
  const asked = world.dashboard.operations.length;
  await lock.rollback().execute();
  await page.getByRole('heading', { name: /\d+ of \d+ found/ }).waitFor({ timeout: 60_000 });
  expect(world.dashboard.operations.slice(asked)).toEqual([]);
}, 120_000);

test('the query behind the page is there to be copied, and gives what the page shows', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await goTo(`/analyses/${analysisId}`);
  await page.getByRole('button', { name: 'GraphQL' }).click();
  await page.getByRole('heading', { name: 'The query behind this page' }).waitFor();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const [query, variables] = (await page.evaluate(() => navigator.clipboard.readText())).split('# variables\n# ');
  const { node } = await world.user.run(query!, JSON.parse(variables!));
  expect(node).toMatchObject({ id: analysisId, externalId: 'shelf.jpg' });
  expect(node.detections.length).toBeGreaterThan(10);
});

test('the result is saved as JSON and as CSV', async () => {
  await goTo(`/analyses/${analysisId}`);
  const [json] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'JSON', exact: true }).click(),
  ]);
  expect(json.suggestedFilename()).toBe('shelf.jpg.json');
  const { id, detections } = JSON.parse(await readFile(await json.path(), 'utf8'));
  expect(id).toBe(analysisId);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('button', { name: 'Write the file' }).click();
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);
  const lines = (await readFile(await csv.path(), 'utf8')).trim().split('\n');
  // Besides a line for each, there are those of the text that was read.
  const ofAnalysis = lines.filter((line) => line.includes(analysisId));
  expect(ofAnalysis.length).toBeGreaterThanOrEqual(detections.length);
});

test('the result is saved as COCO', async () => {
  await goTo(`/analyses/${analysisId}`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'COCO' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('shelf.jpg.coco.json');
  const { annotations } = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(annotations.length).toBeGreaterThan(10);
});

test('the picture with its boxes drawn in is a link away', async () => {
  await goTo(`/analyses/${analysisId}`);
  const address = await page.getByRole('link', { name: 'Annotated' }).getAttribute('href');
  const picture = await fetch(address!);
  expect(picture.headers.get('content-type')).toBe('image/jpeg');
});

test('its annotated picture is shared by a link that opens without a key and says when it ends', async () => {
  await goTo(`/analyses/${analysisId}`);
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link to the picture' }).inputValue();
  expect((await fetch(link)).headers.get('content-type')).toBe('image/jpeg');
});

test('it is shared by a link that shows it, and nothing else, to people without a key, until it is withdrawn', async () => {
  await goTo(`/analyses/${analysisId}`);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('The link works for').selectOption('30 days');
  await page.getByRole('button', { name: 'Create a link' }).click();
  const link = await page.getByRole('textbox', { name: 'Link to this analysis' }).inputValue();
  await expectAccessible(page);

  const visitor = await world.open({ url: link });
  await visitor.getByRole('heading', { name: 'shelf.jpg' }).waitFor();
  const found = visitor.getByRole('list', { name: 'What was found' }).getByRole('button');
  expect(await found.count()).toBeGreaterThan(10);
  const picture = visitor.getByRole('group', { name: 'Picture' }).getByRole('img');
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  await visitor.getByText('Shared with you until').waitFor();
  expect(await visitor.getByRole('navigation').count()).toBe(0);
  await expectAccessible(visitor);
  await visitor.reload();
  await visitor.getByRole('heading', { name: 'shelf.jpg' }).waitFor();
  await visitor.setViewportSize({ width: 390, height: 844 });
  expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Keys', exact: true }).click();
  const row = page.getByRole('row', { name: 'Link to an analysis' });
  await row.getByRole('link', { name: 'shelf.jpg' }).waitFor();
  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke for good' }).click();
  await row.getByText(/^Revoked /).waitFor();
});

test('it is deleted from its own page, which leads back to the list', async () => {
  const broken = { file: new Blob(['no picture']), externalId: 'broken.jpg' };
  const submitted = await submitBatch(world.user, [broken], { taskId });
  await awaitEnd(world.user, submitted);
  await goTo(`/analyses/${submitted.ids[0]}`);
  await page.getByRole('button', { name: 'Delete 1 analysis' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 of 1 deleted.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'shelf.jpg' }).first().waitFor();
  expect(await page.getByRole('link', { name: 'broken.jpg' }).count()).toBe(0);
});

test('an id that does not exist is told of, with the way back', async () => {
  await goTo('/analyses/an_01jd3k8m2ve5x9q0r7t4w6y8z1');
  await page.getByText('This analysis does not exist').waitFor();
  await expectAccessible(page);
});
