import path from 'node:path';
import { expect, test } from 'vitest';
import { expectAccessible } from './support/accessibility.ts';
import { signIn } from './support/dashboard-page.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** A catalogue that is made, searched and changed in the page. */
const products = path.join(import.meta.dirname, '../../examples/products');
const world = startDashboardWorld();

const items = async () =>
  (await world.user.run('{ catalogItems { nodes { id name brand status tags words referenceImages { id } } } }'))
    .catalogItems.nodes;

test('each picture that is dropped becomes an item, and turns from indexing to active by itself', async () => {
  const page = await world.openPage('Catalogue');
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
  const page = await world.openPage('Catalogue');
  await page.getByLabel('Search').fill('jam');
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
  await page.reload();
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1);
  await page.getByLabel('Search').fill('nothing of the kind');
  await page.getByText('No item has all of these words').waitFor();
});

test('a change that is pushed while the list is on its way is not undone by it', async () => {
  const page = await world.open();
  const pushed = Promise.withResolvers<void>();
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => payload.includes('renamed oat rings') && pushed.resolve()),
  );
  await signIn(world.dashboard, world.sightline.apiKey);
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('"operationName":"CatalogPage"')) return route.continue();
    const response = await route.fetch();
    const { id } = (await items()).find(({ name }: { name: string }) => name === 'querrick oat rings');
    await world.user.run(
      'mutation ($id: ID!) { updateCatalogItem(input: { id: $id, name: "renamed oat rings" }) { __typename } }',
      { id },
    );
    await pushed.promise;
    await route.fulfill({ response });
  });
  await page.getByRole('link', { name: 'Catalogue', exact: true }).click();
  await page.getByText('renamed oat rings').waitFor();
});

test('an item is edited, gets another picture, and is archived', async () => {
  const page = await world.openPage('Catalogue');
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
    words: null,
    referenceImages: [{ id: expect.any(String) }],
  });
  await page.getByLabel('Words printed on it, between spaces').fill('Dunnaby Plum');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  expect((await items()).find(({ name }: { name: string }) => name === 'dunnaby plum jam')).toMatchObject({
    tags: ['jam', 'breakfast'],
    words: ['Dunnaby', 'Plum'],
  });
  await page.getByRole('button', { name: 'Archive for good' }).click();
  await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'plum jam' }).count()).toBe(0);
});
