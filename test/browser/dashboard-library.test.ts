import path from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { exampleFile, exampleProducts } from '../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** Images that are searched and deleted, and views that are saved. */
const shelves = path.join(import.meta.dirname, '../../examples/shelves');
const world = startDashboardWorld();
let page: Page;
/** Of a product that stands among the drinks only. */
let itemName: string;
beforeAll(async () => {
  const [water] = await exampleProducts('kirrawen-spring-water');
  itemName = water!.name;
  await awaitActive(world.user, [await createExampleItem(world.user, water!)]);
  const taskId = await createTask(world.user, { name: 'Audit' });
  const shelf = async (file: string) => ({
    file: await exampleFile(`shelves/${file}`),
    externalId: file,
    metadata: { aisle: file },
  });
  const images = await Promise.all(['2-drinks.jpg', '3-household.jpg', '4-upright.jpg'].map(shelf));
  await awaitEnd(world.user, await submitBatch(world.user, images, { taskId }));
});
beforeEach(async () => {
  page = await world.signIn();
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

test('a product finds the pictures that it was found in', async () => {
  await openLibrary();
  await page.getByLabel('Item found').fill(itemName);
  await page.waitForURL(/item=/);
  await expect.poll(() => tiles().count()).toBe(1);
  await tiles().first().getByText('2-drinks.jpg').waitFor();
  await tiles()
    .first()
    .getByText(/^Confidence \d/)
    .waitFor();
  await page.reload();
  await expect.poll(() => tiles().count()).toBe(1);
  await expect.poll(() => page.getByLabel('Item found').inputValue()).toBe(itemName);
});

test('what is known of an image is changed, and what cannot be is said', async () => {
  await openLibrary();
  await page.getByRole('button', { name: 'Edit 3-household.jpg' }).click();
  const metadata = page.getByLabel('Metadata');
  await expect.poll(() => metadata.inputValue()).toBe('aisle: 3-household.jpg');
  await page.getByLabel('Your id').fill('household.jpg');
  await page.getByLabel('Place').fill('store-3');
  await page.getByLabel(/^Taken/).fill('2026-03-02T09:00');
  await metadata.fill('aisle: 7\nlate');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('“late” is none.').waitFor();
  await metadata.fill('aisle: 7\nshift: late');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await tiles().getByText('household.jpg', { exact: true }).waitFor();
  const { images } = await world.user.run('{ images { nodes { externalId placeId recordedAt metadata } } }');
  expect(images.nodes).toContainEqual({
    externalId: 'household.jpg',
    placeId: 'store-3',
    recordedAt: new Date('2026-03-02T09:00').toISOString(),
    metadata: { aisle: '7', shift: 'late' },
  });
});

test('images are deleted after a question, and what is deleted elsewhere says so by itself', async () => {
  await openLibrary();
  await page.getByLabel('Select 2-drinks.jpg').check();
  await page.getByRole('button', { name: 'Delete 1 image' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 of 1 deleted.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await expect.poll(() => tiles().count()).toBe(2);
  const { images } = await world.user.run('{ images { nodes { id } } }');
  await world.user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
    ids: [images.nodes[0].id],
  });
  await page.getByText('This image has been deleted.').waitFor();
});
