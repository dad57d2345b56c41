import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';

/** A table that is imported, and a task that is tried on a picture and followed over time. */
const products = path.join(import.meta.dirname, '../../examples/products');
let sightline: TestSightline;
let user: User;
let browser: Browser;
let dashboard: DashboardPage;
beforeAll(async () => {
  await builtDashboard();
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await sightline?.close();
});
/** Of an organisation of its own for each test. */
let apiKey: string;
beforeEach(async () => {
  ({ apiKey } = await sightline.createTenant());
  user = createUser({ url: sightline.url, apiKey });
  return () => user.close();
});
afterEach(async () => {
  expect(dashboard.violations).toEqual([]);
  expect(dashboard.troubles).toEqual([]);
  await dashboard.close();
});

async function open(link: string): Promise<Page> {
  dashboard = await openDashboard(browser, sightline.url);
  await signIn(dashboard, apiKey);
  await dashboard.page.getByRole('link', { name: link, exact: true }).click();
  await dashboard.page.getByRole('heading', { name: link, level: 1 }).waitFor();
  return dashboard.page;
}

const table = (text: string) => ({ name: 'items.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
const product = async (name: string) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await readFile(path.join(products, name)),
});
const itemNames = async () =>
  (await user.run('{ catalogItems { nodes { name } } }')).catalogItems.nodes.map(({ name }: { name: string }) => name);

test('a table is checked, and what is wrong is said by row; then it is imported, followed by its stream', async () => {
  const page = await open('Catalogue');
  await page.getByRole('button', { name: 'Import a table' }).click();
  await expectAccessible(page);
  const input = page.locator('input[multiple]');
  await input.setInputFiles([await product('dunnaby-plum-jam.jpg'), await product('querrick-oat-rings.jpg')]);
  await page.getByText('Choose the CSV table as well.').waitFor();
  await input.setInputFiles([
    table(
      'customId,name,brand,image\njam,Plum jam,Dunnaby,photos/dunnaby-plum-jam.jpg\ntea,Tea,,tea.jpg\noat,Oat rings,,querrick-oat-rings.jpg\n',
    ),
  ]);
  await page.getByRole('button', { name: 'Check the table' }).click();
  await page.getByText('Nothing has been changed yet.').waitFor();
  const problems = page.getByRole('list', { name: 'Problems by row' });
  await problems.getByText('Row 3 (tea)').waitFor();
  await problems.getByText('No file named "tea.jpg" was sent with the import.').waitFor();
  await expectAccessible(page);
  expect(await itemNames()).toEqual([]);

  await page.getByRole('button', { name: 'Import 2 rows' }).click();
  await page.getByText('Imported, but for the rows with problems.').waitFor();
  await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'Active' }).count()).toBe(2);
  expect((await itemNames()).toSorted()).toEqual(['Oat rings', 'Plum jam']);
  // Nothing is asked again and again: the stream tells. The problems are read once for each import.
  const sent = (name: string) => dashboard.operations.filter((operation) => operation === name).length;
  expect(sent('ImportProblems')).toBe(2);
});

test('a file that is no table is refused in the words of the API', async () => {
  const page = await open('Catalogue');
  await page.getByRole('button', { name: 'Import a table' }).click();
  await page.locator('input[multiple]').setInputFiles([table('customId,colour\na,red\n')]);
  await page.getByRole('button', { name: 'Check the table' }).click();
  await page.getByRole('alert').getByText('"colour"').waitFor();
});

test("a task's page has its numbers and shares a day", async () => {
  const picture = (await readFile(path.join(products, 'dunnaby-plum-jam.jpg'))).toString('base64');
  const { createTask } = await user.run('mutation { createTask(input: { name: "Audit" }) { ... on Task { id } } }');
  const { recognizeImage } = await user.run(
    `mutation ($input: RecognizeImageInput!) { recognizeImage(input: $input) {
      ... on RecognizeImagePayload { analysis { status } } } }`,
    { input: { taskId: createTask.id, image: { source: { base64: picture } } } },
  );
  expect(recognizeImage.analysis.status).toBe('SUCCEEDED');
  const page = await open('Tasks');
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
  await page.getByRole('heading', { name: 'Analyses a day' }).waitFor();
  const succeeded = page.locator('dl div').filter({ hasText: 'Succeeded' });
  await expect.poll(() => succeeded.locator('dd').textContent()).toContain('1');
  await expectAccessible(page);
  await page.getByLabel('Period').selectOption('7');
  await page.reload();
  await expect.poll(() => page.getByLabel('Period').inputValue()).toBe('7');
});

test('settings are tried on a picture before they are saved, and leave no task behind', async () => {
  const page = await open('Tasks');
  await page.getByRole('button', { name: 'New task' }).click();
  await page.getByLabel('Name').fill('Tried');
  await page.locator('dialog input[type=file]').setInputFiles([await product('dunnaby-plum-jam.jpg')]);
  await page.getByRole('img', { name: 'The picture with what was found' }).waitFor();
  await expectAccessible(page);
  expect((await user.run('{ tasks { nodes { name } } }')).tasks.nodes).toEqual([]);
  await page
    .locator('dialog input[type=file]')
    .setInputFiles([{ name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') }]);
  await page.getByRole('alert').waitFor();
  expect((await user.run('{ tasks { nodes { name } } }')).tasks.nodes).toEqual([]);
});
