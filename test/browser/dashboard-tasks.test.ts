import { expect, test } from 'vitest';
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
