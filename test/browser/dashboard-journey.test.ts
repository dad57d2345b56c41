import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** A first day with Sightline, in one session and without a reload: from an empty catalogue to a file with results. */
const examples = path.join(import.meta.dirname, '../../examples');
const world = startDashboardWorld();
/** Of six shelves, on a machine that does other things as well. */
const patience = { timeout: 180_000 };

async function exampleFiles(folder: 'products' | 'shelves', count: number): Promise<string[]> {
  const names = (await readdir(path.join(examples, folder))).filter((name) => /\.(jpg|png)$/.test(name)).sort();
  return names.slice(0, count).map((name) => path.join(examples, folder, name));
}

test('ten products, six shelves that arrive live, a correction, a filter, a file, and goodbye', async () => {
  const page = await world.openPage('Catalogue');
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await page.locator('input[multiple]').setInputFiles(await exampleFiles('products', 10));
  await page.getByText('10 of 10 created').waitFor();
  await expect.poll(() => page.getByText('Active', { exact: true }).count(), patience).toBe(10);

  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name').fill('Audit');
  await page.getByRole('combobox', { name: 'Pipeline' }).selectOption('shelf-fast');
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('row', { name: /Audit/ }).waitFor();

  await page.getByRole('link', { name: 'Upload', exact: true }).click();
  await page
    .getByLabel('Choose pictures or videos', { exact: true })
    .and(page.locator('input'))
    .setInputFiles(await exampleFiles('shelves', 6));
  await page.getByRole('heading', { name: /of 6 recognised/ }).waitFor();

  await page.getByRole('link', { name: 'Live', exact: true }).click();
  await page.getByText('Following').waitFor();
  await expect.poll(() => world.dashboard.operations.includes('LiveStart')).toBe(true);
  const asked = world.dashboard.operations.filter((name) => name === 'LiveStart').length;
  const pictures = page.getByRole('list', { name: 'Latest pictures' }).locator('> li');
  await expect.poll(() => pictures.count(), patience).toBe(6);
  expect(world.dashboard.operations.filter((name) => name === 'LiveStart')).toHaveLength(asked);

  await pictures.filter({ hasText: '4-upright.jpg' }).getByRole('link').click();
  await page.getByRole('heading', { name: '4-upright.jpg', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Review' }).last().click();
  await page.getByRole('list', { name: 'What it may be' }).waitFor();
  await page.keyboard.press('u');
  await page.getByText('1 corrected', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Analyses', exact: true }).click();
  await page.getByLabel('Status').selectOption('SUCCEEDED');
  await page.waitForURL(/status=SUCCEEDED/);
  await page.getByRole('button', { name: 'Export all' }).click();
  await page.getByRole('button', { name: 'Write the file' }).click();
  const link = page.getByRole('link', { name: 'Download' });
  const [download] = await Promise.all([page.waitForEvent('download', patience), link.click(patience)]);
  expect(download.suggestedFilename()).toMatch(/\.\w+$/);
  expect(await page.evaluate(() => 'isSamePage' in globalThis)).toBe(true);

  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}, 600_000);
