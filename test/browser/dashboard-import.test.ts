import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { exampleBase64, exampleProducts } from '../support/examples.ts';
import { awaitActive, createExampleItem, createTask, recognize } from '../support/recognition.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** A table that is imported, and a task that is tried on a picture and followed over time. */
const products = path.join(import.meta.dirname, '../../examples/products');
const world = startDashboardWorld();
/** Of an organisation of its own for each test. */
let user: User;
beforeEach(async () => {
  const { apiKey } = await world.sightline.createTenant();
  user = createUser({ url: world.sightline.url, apiKey });
  return () => user.close();
});

const open = (link: string) => world.openPage(link, { apiKey: user.apiKey });

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
  const sent = (name: string) => world.dashboard.operations.filter((operation) => operation === name).length;
  expect(sent('ImportProblems')).toBe(2);
});

test('an import that the server could not complete says so, what stays, and what to do', async () => {
  const { pool } = world.sightline.database;
  // The server fails at one of the rows, and so does each attempt; the first is the last, for nobody to wait for the fifth.
  await pool.query(`
    create function fail_row() returns trigger language plpgsql as $$ begin raise 'The disk is on fire.'; end $$;
    create trigger fail_row before insert on catalog_item for each row when (new.name = 'Oat rings') execute function fail_row();
    create function try_once() returns trigger language plpgsql as $$ begin new.max_attempts = 1; return new; end $$;
    create trigger try_once before insert on graphile_worker._private_jobs for each row execute function try_once();
  `);
  try {
    const page = await open('Catalogue');
    await page.getByRole('button', { name: 'Import a table' }).click();
    await page
      .locator('input[multiple]')
      .setInputFiles([
        await product('dunnaby-plum-jam.jpg'),
        await product('querrick-oat-rings.jpg'),
        table('customId,name,image\njam,Plum jam,dunnaby-plum-jam.jpg\noat,Oat rings,querrick-oat-rings.jpg\n'),
      ]);
    await page.getByRole('button', { name: 'Check the table' }).click();
    await page.getByRole('button', { name: 'Import 2 rows' }).click();
    await page.getByText('The import broke off. Rows that were done before stay as they are.').waitFor();
    await page.getByRole('alert').getByText('Import the file again').waitFor();
    await expectAccessible(page);
    expect(await itemNames()).toEqual(['Plum jam']);
  } finally {
    await pool.query('drop function fail_row, try_once cascade');
  }
  // What broke off can be done again.
  await world.page.getByRole('button', { name: 'Check again' }).click();
  await world.page.getByRole('button', { name: 'Import 2 rows' }).click();
  await world.page.getByText('Imported.').waitFor();
  expect((await itemNames()).toSorted()).toEqual(['Oat rings', 'Plum jam']);
});

test('an import that runs can be cancelled: what was done stays, and the rest can be done later', async () => {
  const { pool } = world.sightline.database;
  // Time for a person to change their mind.
  await pool.query(`
    create function wait_at_row() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return new; end $$;
    create trigger wait_at_row before insert on catalog_item for each row when (new.name = 'Oat rings') execute function wait_at_row();
  `);
  try {
    const page = await open('Catalogue');
    await page.getByRole('button', { name: 'Import a table' }).click();
    await page
      .locator('input[multiple]')
      .setInputFiles([
        await product('dunnaby-plum-jam.jpg'),
        await product('querrick-oat-rings.jpg'),
        table(
          'customId,name,image\njam,Plum jam,dunnaby-plum-jam.jpg\noat,Oat rings,querrick-oat-rings.jpg\nlast,Last,dunnaby-plum-jam.jpg\n',
        ),
      ]);
    await page.getByRole('button', { name: 'Check the table' }).click();
    await page.getByRole('button', { name: 'Import 3 rows' }).click();
    await page.getByText('1 of 3 rows').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled. Rows that were done before stay as they are.').waitFor();
    await expectAccessible(page);
    expect((await itemNames()).toSorted()).toEqual(['Oat rings', 'Plum jam']);
  } finally {
    await pool.query('drop function wait_at_row cascade');
  }
  await world.page.getByRole('button', { name: 'Check again' }).click();
  await world.page.getByRole('button', { name: 'Import 3 rows' }).click();
  await world.page.getByText('Imported.').waitFor();
  expect(await itemNames()).toHaveLength(3);
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

test("a task's page shows the share of one item on each day", async () => {
  const [jam, rings] = await exampleProducts('dunnaby-plum-jam', 'querrick-oat-rings');
  const ids = [await createExampleItem(user, jam!), await createExampleItem(user, rings!)];
  await awaitActive(user, ids);
  const taskId = await createTask(user, { name: 'Shares' });
  for (const { file } of [jam!, jam!, rings!])
    await recognize(user, { taskId, image: { source: { base64: await exampleBase64(file) } } });
  const statsQuery = /* GraphQL */ `
    query ($filter: AnalysisStatsFilter!) {
      analysisStats(filter: $filter) { ... on AnalysisStats { groups { total { facings } } } }
    }`;
  const facings = async (filter: object) =>
    (await user.run(statsQuery, { filter: { taskId, ...filter } })).analysisStats.groups[0]?.total.facings ?? 0;
  const page = await open('Tasks');
  await page.getByRole('link', { name: 'Shares' }).click();
  const card = page.getByRole('region', { name: 'Share of facings a day' });
  for (const id of ids) {
    await card.getByLabel('Item').selectOption(id);
    const expected = Math.round((100 * (await facings({ catalogItemId: id }))) / (await facings({})));
    expect(expected).toBeGreaterThan(0);
    // The legend says what is below the pointer: today, at the right.
    await expect
      .poll(async () => {
        const plot = (await card.locator('.u-over').boundingBox())!;
        await page.mouse.move(plot.x + plot.width / 2, plot.y + 5);
        await page.mouse.move(plot.x + plot.width - 2, plot.y + 5);
        return card.locator('.u-legend').textContent();
      })
      .toContain(`${expected}%`);
  }
  await expectAccessible(page);
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
