import { expect, test } from 'vitest';
import { pictureBase64 } from '../support/pictures.ts';
import { createItem } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** Tasks that are made, changed and deleted in the page. */
const world = startDashboardWorld();

const tasks = async () =>
  (
    await world.user.run(
      '{ tasks { nodes { name type threshold computeShares readText readCodes findGaps currency alertRules { complianceBelow gapShareAbove itemMissing } acceptGroups pipeline { name } } } }',
    )
  ).tasks.nodes;

test('a task is created, changed and deleted', async () => {
  const page = await world.openPage('Tasks');
  await page.getByText('There is no task yet').waitFor();
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name').fill('Audit');
  await page.getByRole('combobox', { name: 'Pipeline' }).selectOption('shelf-fast');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('row', { name: /Audit/ }).waitFor();
  expect(await tasks()).toMatchObject([
    {
      ...{ name: 'Audit', type: 'DETECTION', computeShares: true, pipeline: { name: 'shelf-fast' } },
      ...{ readText: false, readCodes: false, findGaps: false, currency: null },
    },
  ]);

  await page.getByRole('button', { name: 'Edit Audit' }).click();
  await page.getByLabel('Threshold').fill('0.75');
  await page.getByLabel('Read text').check();
  await page.getByLabel('Read barcodes').check();
  await page.getByLabel('Find gaps').check();
  await page.getByLabel('Currency').fill('eur');
  await page.getByLabel('While the compliance is below').fill('82.5');
  await page.getByLabel('For each item of the planogram that is missing').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(tasks).toMatchObject([
    {
      ...{ threshold: 0.75, pipeline: { name: 'shelf-fast' } },
      ...{ readText: true, readCodes: true, findGaps: true, currency: 'EUR' },
      alertRules: { complianceBelow: 0.825, gapShareAbove: null, itemMissing: true },
    },
  ]);
  await page.getByRole('cell', { name: '75%' }).waitFor();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Edit Audit' }).click();
  expect(await page.getByLabel('While the compliance is below').inputValue()).toBe('82.5');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('There is no task yet').waitFor();
});

test('what the API refuses is said in its words', async () => {
  const page = await world.openPage('Tasks');
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

test('what items should cost is part of a task, and stays when something else is changed', async () => {
  const base64 = await pictureBase64();
  const { id } = await createItem(world.user, { name: 'Rosehip tea', thumbnail: { base64 } });
  const rules = async () =>
    (
      await world.user.run(
        '{ tasks(first: 1) { nodes { threshold alertRules { pricesDifferFrom { catalogItem { id } price { amount currency } } } } } }',
      )
    ).tasks.nodes[0];
  const page = await world.openPage('Tasks');
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Prices');
  await page.getByLabel('Read text').check();
  await page.getByLabel('Currency').fill('eur');
  await page.getByLabel('While the tag of this item').pressSequentially('Rosehip te');
  await expect.poll(() => page.locator('datalist option').count()).toBeGreaterThan(0);
  await page.getByLabel('While the tag of this item').fill('Rosehip tea');
  await page.getByLabel('says another price than').fill('1.99');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('list', { name: 'Expected prices' }).getByText('Rosehip tea: €1.99').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('row', { name: /Prices/ }).waitFor();
  const prices = [{ catalogItem: { id }, price: { amount: '1.99', currency: 'EUR' } }];
  expect((await rules()).alertRules).toEqual({ pricesDifferFrom: prices });

  await page.getByRole('button', { name: 'Edit Prices' }).click();
  await page.getByLabel('Threshold').fill('0.75');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(rules).toEqual({ threshold: 0.75, alertRules: { pricesDifferFrom: prices } });
  await page.getByRole('button', { name: 'Edit Prices' }).click();
  await page.getByRole('button', { name: 'Do not compare the price of Rosehip tea' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await rules()).alertRules).toEqual({ pricesDifferFrom: [] });
});

test('which items a task looks for, how many candidates it lists and whether people are hidden', async () => {
  const base64 = await pictureBase64();
  for (const name of ['Plum jam', 'Oat rings']) await createItem(world.user, { name, thumbnail: { base64 } });
  const saved = async () =>
    (
      await world.user.run(
        '{ tasks(first: 1) { nodes { allCatalogItems catalogItems(first: 10) { nodes { name } } topCandidates privacy { blurPeople } } } }',
      )
    ).tasks.nodes[0];
  const page = await world.openPage('Tasks');
  const add = async (name: string) => {
    await page.getByLabel('Another item').pressSequentially(name.slice(0, -1));
    await expect.poll(() => page.locator('datalist option').count()).toBeGreaterThan(0);
    await page.getByLabel('Another item').fill(name);
    await page.getByRole('group', { name: 'Look for' }).getByRole('button', { name: 'Add' }).click();
    await page.getByRole('list', { name: 'Items to look for' }).getByText(name).waitFor();
  };
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Some items');
  await page.getByRole('combobox', { name: /^Items/ }).selectOption('LISTED');
  await add('Plum jam');
  await page.getByLabel('Candidates').fill('5');
  await page.getByLabel('People in the pictures').selectOption('HEADS');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('row', { name: /Some items/ }).waitFor();
  const privacy = { blurPeople: 'HEADS' };
  const items = (...names: string[]) => ({
    allCatalogItems: false,
    catalogItems: { nodes: names.map((name) => ({ name })) },
  });
  expect(await saved()).toEqual({ ...items('Plum jam'), topCandidates: 5, privacy });

  await page.getByRole('button', { name: 'Edit Some items' }).click();
  await add('Oat rings');
  await page.getByRole('button', { name: 'Do not look for Plum jam' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(saved).toEqual({ ...items('Oat rings'), topCandidates: 5, privacy });
});

test('a pipeline that finds no products has no settings of products', async () => {
  const page = await world.openPage('Tasks');
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Deer');
  await page.getByLabel('Find gaps').check();
  await page.getByRole('combobox', { name: 'Pipeline' }).selectOption('wildlife');
  expect(await page.getByLabel('Find gaps').count()).toBe(0);
  await page.getByRole('button', { name: 'Create the task' }).click();
  await page.getByRole('row', { name: /Deer/ }).waitFor();
  expect((await tasks())[0]).toMatchObject({ findGaps: false, computeShares: false, pipeline: { name: 'wildlife' } });

  await page.getByRole('button', { name: 'Edit Deer' }).click();
  await page.getByRole('combobox', { name: 'Pipeline' }).selectOption('shelf-fast');
  await page.getByLabel('Find gaps').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await tasks())[0]).toMatchObject({ findGaps: true, pipeline: { name: 'shelf-fast' } });
});
