import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { createTask } from '../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';

/** Pictures of a person's own disk, sent by the page. */
const shelves = path.join(import.meta.dirname, '../../examples/shelves');
let sightline: TestSightline;
let user: User;
let browser: Browser;
let dashboard: DashboardPage;
let directory: string;
beforeAll(async () => {
  await builtDashboard();
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-upload-'));
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await user?.close();
  await sightline?.close();
  await rm(directory, { recursive: true, force: true });
});
afterEach(async () => {
  expect(dashboard.violations).toEqual([]);
  await dashboard.close();
});

async function openUpload(options?: Parameters<typeof openDashboard>[2]): Promise<DashboardPage['page']> {
  dashboard = await openDashboard(browser, sightline.url, options);
  await signIn(dashboard, sightline.apiKey);
  await dashboard.page.goto(`${sightline.url}/#/upload`);
  await dashboard.page.getByRole('button', { name: 'Choose pictures' }).waitFor();
  return dashboard.page;
}

const batchesOfTask = async (taskId: string) =>
  (await user.run('query ($taskId: ID!) { batches(taskId: $taskId) { nodes { total } } }', { taskId })).batches.nodes;

test('without a task the page says what to do first', async () => {
  dashboard = await openDashboard(browser, sightline.url);
  await signIn(dashboard, sightline.apiKey);
  await dashboard.page.getByRole('link', { name: 'Upload', exact: true }).click();
  await dashboard.page.getByText('There is no task yet').waitFor();
  await expectAccessible(dashboard.page);
});

test('pictures are sent and recognised; what is none is named with its reason', async () => {
  await createTask(user);
  const broken = path.join(directory, 'broken.jpg');
  await writeFile(broken, 'not a picture');
  const notes = path.join(directory, 'notes.txt');
  await writeFile(notes, 'text');
  const page = await openUpload();
  await page
    .getByLabel('Choose pictures', { exact: true })
    .and(page.locator('input'))
    .setInputFiles([path.join(shelves, '4-upright.jpg'), path.join(shelves, '6-evening.jpg'), broken, notes]);
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await row('4-upright.jpg').getByText('Succeeded').waitFor();
  await row('6-evening.jpg').getByText('Succeeded').waitFor();
  await row('broken.jpg').getByText('Failed').waitFor();
  await row('notes.txt').getByText('Not a picture').waitFor();
  await page.getByRole('heading', { name: '2 of 4 recognised, 2 failed' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: '4-upright.jpg' }).click();
  await page.getByRole('heading', { name: '4-upright.jpg' }).waitFor();
});

test('after a lost connection it goes on, and nothing is submitted twice', async () => {
  const taskId = await createTask(user);
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  let cuts = 0;
  // The response of the submission, and the first sending of the bytes, are lost.
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('SubmitUploads') || cuts++ > 0) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  let sendings = 0;
  await page.route('**/uploads/**', (route) => (sendings++ === 0 ? route.abort('connectionreset') : route.continue()));
  await page.locator('input[multiple]').setInputFiles([path.join(shelves, '4-upright.jpg')]);
  await page.getByText('Succeeded').waitFor();
  expect(cuts).toBe(2);
  expect(sendings).toBe(2);
  expect(await batchesOfTask(taskId)).toEqual([{ total: 1 }]);
});

test('on a phone', async () => {
  const page = await openUpload({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.getByRole('button', { name: 'Take a photograph' }).waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
