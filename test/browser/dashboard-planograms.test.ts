import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Data } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';
import { prepareShelf, type Shelf } from './support/shelf-place.ts';

/** Planograms that are made from a file and from a picture, seen as shelves, changed and deleted. */
const world = startDashboardWorld();
let shelf: Shelf;
let customIds: string[];
beforeAll(async () => {
  shelf = await prepareShelf(world.user);
  const { catalogItems } = await world.user.run('{ catalogItems { nodes { customId } } }');
  customIds = catalogItems.nodes.map(({ customId }: Data) => customId);
}, 120_000);

const planograms = async (): Promise<Data[]> =>
  (await world.user.run('{ planograms { nodes { id name placeId task { id } } } }')).planograms.nodes;

const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const positions = (page: Page, number: number) =>
  page.getByRole('listitem', { name: `Shelf ${number}`, exact: true }).getByRole('listitem');
const dialog = (page: Page) => page.getByRole('dialog');

test('a planogram is made from a table and drawn', async () => {
  const page = await world.openPage('Planograms');
  await page.getByText('There is no planogram yet').waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'New planogram' }).click();
  await dialog(page).getByLabel(/^Name/).fill('Bay 1');
  await dialog(page).getByLabel(/^Task/).selectOption('Shelf audit');
  await dialog(page).getByLabel(/^File/).setInputFiles(file('plan.csv', 'shelf,customId,facings\n1,nobody,2\n'));
  await dialog(page).getByRole('button', { name: 'Create the planogram' }).click();
  await dialog(page)
    .getByRole('alert')
    .getByText(/nobody/)
    .waitFor();
  await expectAccessible(page);
  const rows = [
    'shelf,customId,facings,stack',
    `1,${customIds[0]},3,1`,
    `2,${customIds[1]},2,2`,
    `2,${customIds[2]},1,1`,
  ];
  await dialog(page)
    .getByLabel(/^File/)
    .setInputFiles(file('plan.csv', rows.join('\n')));
  await dialog(page).getByRole('button', { name: 'Create the planogram' }).click();
  await page.getByRole('heading', { name: 'Bay 1', level: 1 }).waitFor();
  await expect.poll(() => positions(page, 1).count()).toBe(1);
  await expect
    .poll(() => positions(page, 2).allTextContents())
    .toEqual([expect.stringMatching(/2 facings, 2 high$/), expect.stringMatching(/1 facing$/)]);
  await expectAccessible(page);
  expect(await planograms()).toMatchObject([{ name: 'Bay 1', placeId: null, task: { id: shelf.taskId } }]);
  await page.goBack();
  await page.getByRole('link', { name: 'Bay 1' }).waitFor();
  expect(await dialog(page).isVisible()).toBe(false);
});

test('a picture becomes the planogram of its place', async () => {
  const page = await world.signIn();
  await page.goto(`${world.sightline.url}/#/analyses/${shelf.modelId}`);
  await page.getByRole('link', { name: 'Make a planogram' }).click();
  await dialog(page).getByRole('img', { name: 'model.jpg' }).waitFor();
  await dialog(page).getByLabel(/^Name/).fill('Breakfast');
  await dialog(page).getByLabel(/^Task/).selectOption('');
  await dialog(page).getByRole('button', { name: 'Create the planogram' }).click();
  await dialog(page).getByText('Give taskId or placeId.').waitFor();
  await dialog(page)
    .getByLabel(/^Place/)
    .fill('Store 12');
  await dialog(page).getByRole('button', { name: 'Create the planogram' }).click();
  await page.getByRole('heading', { name: 'Breakfast', level: 1 }).waitFor();
  await page.getByText('Mint Tea').first().waitFor();
  const [made] = await planograms();
  expect(made).toMatchObject({ name: 'Breakfast', placeId: 'Store 12', task: null });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});

test('what is saved as JSON can be changed and sent as a new version, and a picture too', async () => {
  const page = await world.openPage('Planograms');
  await page.getByRole('link', { name: 'Bay 1' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as JSON' }).click();
  const saved = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(saved.shelves.map((shelf: Data) => shelf.positions.map(({ item }: Data) => item.customId))).toEqual([
    [customIds[0]],
    [customIds[1], customIds[2]],
  ]);
  saved.shelves[0].positions[0].facings = 5;
  await page.getByRole('button', { name: 'New version' }).click();
  await dialog(page).getByLabel(/^File/).setInputFiles(file('plan.json', '{"shelves":'));
  await dialog(page).getByText('plan.json is not JSON').waitFor();
  await dialog(page)
    .getByLabel(/^File/)
    .setInputFiles(file('plan.json', JSON.stringify(saved)));
  await dialog(page)
    .getByLabel(/^Valid for pictures taken from/)
    .fill('2099-01-01T00:00');
  await dialog(page).getByRole('button', { name: 'Save the version' }).click();
  const versions = page.getByRole('table', { name: 'versions' }).getByRole('row');
  await versions.filter({ hasText: 'Version 2' }).getByText('from Jan 1, 2099').waitFor();
  await versions.filter({ hasText: 'Version 1' }).getByText('In use').waitFor();
  await expect.poll(() => positions(page, 1).allTextContents()).toEqual([expect.stringMatching(/3 facings$/)]);
  await page.getByRole('link', { name: 'Version 2' }).click();
  await expect.poll(() => positions(page, 1).allTextContents()).toEqual([expect.stringMatching(/5 facings$/)]);
  await page.reload();
  await page.getByRole('heading', { name: 'Version 2' }).waitFor();
  await expectAccessible(page);

  await page.goto(`${world.sightline.url}/#/analyses/${shelf.modelId}`);
  await page.getByRole('link', { name: 'Make a planogram' }).click();
  await dialog(page)
    .getByLabel(/^Planogram/)
    .selectOption('A new version of Bay 1');
  await dialog(page).getByRole('button', { name: 'Save as a new version' }).click();
  await versions.filter({ hasText: 'Version 3' }).getByText('In use').waitFor();
});

test('a planogram is renamed, attached to something else, and deleted', async () => {
  const page = await world.openPage('Planograms');
  await page.getByRole('link', { name: 'Bay 1' }).click();
  await page.getByRole('button', { name: 'Settings' }).click();
  await dialog(page).getByLabel(/^Name/).fill('Bay one');
  await dialog(page).getByLabel(/^Task/).selectOption('');
  await dialog(page)
    .getByLabel(/^Place/)
    .fill('Store 12');
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
  await dialog(page).getByText('Another planogram is attached to the same place.').waitFor();
  await dialog(page)
    .getByLabel(/^Place/)
    .fill('Store 13');
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('heading', { name: 'Bay one', level: 1 }).waitFor();
  expect((await planograms()).find(({ name }) => name === 'Bay one')).toMatchObject({
    placeId: 'Store 13',
    task: null,
  });
  await page.getByRole('button', { name: 'Settings' }).click();
  await dialog(page)
    .getByLabel(/^Delete it/)
    .check();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Delete the planogram' }).click();
  await page.getByRole('heading', { name: 'Planograms', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Breakfast' }).waitFor();
  expect((await planograms()).map(({ name }) => name)).toEqual(['Breakfast']);
  await expect.poll(() => page.getByRole('link', { name: 'Bay one' }).count()).toBe(0);
});
