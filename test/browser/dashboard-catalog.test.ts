import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';

/** A catalogue that is made, searched and changed in the page. */
const products = path.join(import.meta.dirname, '../../examples/products');
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

async function openCatalog(apiKey = sightline.apiKey): Promise<DashboardPage['page']> {
  dashboard = await openDashboard(browser, sightline.url);
  await signIn(dashboard, apiKey);
  await dashboard.page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await dashboard.page.getByRole('heading', { name: 'Catalogue', level: 1 }).waitFor();
  return dashboard.page;
}

const items = async () =>
  (await user.run('{ catalogItems { nodes { name brand status tags referenceImages { id } } } }')).catalogItems.nodes;

test('each picture that is dropped becomes an item, and turns from indexing to active by itself', async () => {
  const page = await openCatalog();
  await page.getByText('The catalogue is empty').waitFor();
  await page
    .locator('input[multiple]')
    .setInputFiles(
      ['querrick-oat-rings.jpg', 'dunnaby-plum-jam.jpg', 'lathwenna-dish-liquid.png'].map((name) =>
        path.join(products, name),
      ),
    );
  await page.getByText('3 of 3 created').waitFor();
  const tile = page.getByRole('listitem').filter({ hasText: 'querrick oat rings' });
  await tile.getByText('Active').waitFor();
  await expect.poll(() => page.getByText('Active').count()).toBe(3);
  await expectAccessible(page);
});

test('a search finds items by their words, and stays in the address', async () => {
  const page = await openCatalog();
  await page.getByLabel('Search').fill('jam');
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
  await page.reload();
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
  await page.getByLabel('Search').fill('nothing of the kind');
  await page.getByText('No item has all of these words').waitFor();
});

test('an item is edited, gets another picture, and is archived', async () => {
  const page = await openCatalog();
  await page.getByRole('button', { name: /plum jam/ }).click();
  await page.getByLabel('Brand').fill('Dunnaby');
  await page.getByLabel('Tags, between commas').fill('jam, breakfast');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.locator('dialog input[type=file]').setInputFiles(path.join(products, 'dunnaby-plum-jam.jpg'));
  await page.getByRole('img', { name: 'Further picture 1' }).waitFor();
  await expectAccessible(page);
  expect((await items()).find(({ name }: { name: string }) => name === 'dunnaby plum jam')).toMatchObject({
    brand: 'Dunnaby',
    tags: ['jam', 'breakfast'],
    referenceImages: [{ id: expect.any(String) }],
  });
  await page.getByRole('button', { name: 'Archive for good' }).click();
  await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'plum jam' }).count()).toBe(0);
});
