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
