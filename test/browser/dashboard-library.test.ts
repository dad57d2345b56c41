import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { exampleFile } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';

/** Images that are searched and deleted, views that are saved, and a link that is shared. */
const shelves = path.join(import.meta.dirname, '../../examples/shelves');
let sightline: TestSightline;
let user: User;
let browser: Browser;
let dashboard: DashboardPage;
let page: Page;
let analysisId: string;
beforeAll(async () => {
  await builtDashboard();
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  browser = await launchChromium();
  const taskId = await createTask(user, { name: 'Audit' });
  const shelf = async (file: string) => ({
    file: await exampleFile(`shelves/${file}`),
    externalId: file,
    metadata: { aisle: file },
  });
  const images = await Promise.all(['2-drinks.jpg', '3-household.jpg', '4-upright.jpg'].map(shelf));
  const submitted = await submitBatch(user, images, { taskId });
  await awaitEnd(user, submitted);
  analysisId = submitted.ids[2]!;
});
afterAll(async () => {
  await browser?.close();
  await user?.close();
  await sightline?.close();
});
beforeEach(async () => {
  dashboard = await openDashboard(browser, sightline.url);
  page = dashboard.page;
  await signIn(dashboard, sightline.apiKey);
});
afterEach(async () => {
  expect(dashboard.violations).toEqual([]);
  expect(dashboard.troubles).toEqual([]);
  await dashboard.close();
});

const tiles = () => page.getByRole('list', { name: 'Images' }).getByRole('listitem');

async function openLibrary(): Promise<void> {
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await expect.poll(() => tiles().count()).toBeGreaterThan(0);
}

test('a dropped picture finds those that look like it, and a tile those that look like its own', async () => {
  await openLibrary();
  await expect.poll(() => tiles().filter({ hasText: 'Searchable' }).count()).toBe(3);
  await page.getByLabel('Choose a picture').setInputFiles(path.join(shelves, '2-drinks.jpg'));
  await tiles().first().getByText('Similarity 100%').waitFor();
  expect(page.url()).toContain('upload=up');
  await expectAccessible(page);
  await tiles().first().getByRole('button', { name: 'Find similar to' }).click();
  await expect.poll(() => tiles().count()).toBe(2);
  await page.goBack();
  await expect.poll(() => tiles().count()).toBe(3);
});

test('a search by words is in the address, and can be saved as a view and found again', async () => {
  await openLibrary();
  await page.getByLabel('Words').fill('upright');
  await page.keyboard.press('Enter');
  await expect.poll(() => tiles().count()).toBe(1);
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByLabel('Name of the current view').fill('Upright ones');
  await page.keyboard.press('Enter');
  const view = page.getByRole('link', { name: 'Upright ones' });
  await view.waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByLabel('Words').fill('nothing');
  await page.keyboard.press('Enter');
  await page.getByText('No searchable image has all of these words').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Saved views' }).click();
  await view.click();
  await expect.poll(() => tiles().count()).toBe(1);
  await page.getByRole('button', { name: 'Saved views' }).click();
  await page.getByRole('button', { name: 'Delete the view Upright ones' }).click();
  await page.getByText('None yet.').waitFor();
});

test('the annotated picture is shared by a link that opens without a key and says when it ends', async () => {
  await page.goto(`${sightline.url}/#/analyses/${analysisId}`);
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByLabel('Link').inputValue();
  await expectAccessible(page);
  expect((await fetch(link)).headers.get('content-type')).toBe('image/jpeg');
});

test('images are deleted after a question, and what is deleted elsewhere says so by itself', async () => {
  await openLibrary();
  await page.getByLabel('Select 2-drinks.jpg').check();
  await page.getByRole('button', { name: 'Delete 1 image' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 of 1 deleted.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect.poll(() => tiles().count()).toBe(2);
  const { images } = await user.run('{ images { nodes { id } } }');
  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
    ids: [images.nodes[0].id],
  });
  await page.getByText('This image has been deleted.').waitFor();
});
