import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';

/** Tasks that are made, changed and deleted in the page. */
let sightline: TestSightline;
let user: User;
let browser: Browser;
let dashboard: DashboardPage;
beforeAll(async () => {
  await builtDashboard();
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await user?.close();
  await sightline?.close();
});
afterEach(async () => {
  expect(dashboard.violations).toEqual([]);
  expect(dashboard.troubles).toEqual([]);
  await dashboard.close();
});

const tasks = async () =>
  (await user.run('{ tasks { nodes { name type threshold computeShares acceptGroups pipeline { name } } } }')).tasks
    .nodes;

test('a task is created, changed and deleted', async () => {
  dashboard = await openDashboard(browser, sightline.url);
  const { page } = dashboard;
  await signIn(dashboard, sightline.apiKey);
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await page.getByText('There is no task yet').waitFor();
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name').fill('Audit');
  await page.getByRole('combobox', { name: 'Pipeline' }).selectOption('shelf-fast');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('row', { name: /Audit/ }).waitFor();
  expect(await tasks()).toMatchObject([
    { name: 'Audit', type: 'DETECTION', computeShares: true, pipeline: { name: 'shelf-fast' } },
  ]);

  await page.getByRole('button', { name: 'Edit Audit' }).click();
  await page.getByLabel('Threshold').fill('0.75');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(tasks).toMatchObject([{ threshold: 0.75, pipeline: { name: 'shelf-fast' } }]);
  await page.getByRole('cell', { name: '75%' }).waitFor();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Edit Audit' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There is no task yet').waitFor();
});

test('what the API refuses is said in its words', async () => {
  dashboard = await openDashboard(browser, sightline.url);
  const { page } = dashboard;
  await signIn(dashboard, sightline.apiKey);
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name').fill('Animals only');
  await page.getByLabel('Type').selectOption('FILTER');
  await page.getByLabel('Groups that are accepted, between commas').fill('unicorns');
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Groups that are accepted, between commas').fill('animal');
  await page.getByRole('button', { name: 'Create the task' }).click();
  await expect.poll(tasks).toMatchObject([{ name: 'Animals only', acceptGroups: ['animal'] }]);
});
