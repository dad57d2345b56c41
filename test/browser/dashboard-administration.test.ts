import { expect, test } from 'vitest';
import { exampleFile } from '../support/examples.ts';
import { createTask, submitBatch } from '../support/recognition.ts';
import { createUser } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** The pages for whoever administers an organisation. */
const world = startDashboardWorld();

test('a key is made and shown once, works, and is rejected when it has been revoked', async () => {
  const page = await world.openPage('Keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name').fill('Kiosk');
  await page.getByLabel('Scope').selectOption('READ');
  await page.getByLabel(/^ORIGINALS/).check();
  await page.getByRole('button', { name: 'Create the key' }).click();
  const secret = await page.getByRole('dialog').getByText(/^sl_/).textContent();
  const kiosk = createUser({ ...world.sightline, apiKey: secret! });
  expect(await kiosk.run('{ viewer { apiKey { name } } }')).toMatchObject({
    viewer: { apiKey: { name: 'Kiosk' } },
  });
  await kiosk.close();
  await page.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByText(secret!).isVisible()).toBe(false);

  const row = page.getByRole('row', { name: 'Kiosk' });
  await row.getByText('Valid').waitFor();
  await row.getByText('READ, ORIGINALS').waitFor();
  await expectAccessible(page);
  await row.getByRole('button', { name: 'Revoke the key Kiosk' }).click();
  await page.getByRole('button', { name: 'Revoke for good' }).click();
  await row.getByText(/^Revoked /).waitFor();
});

test('a session has every scope of its key', async () => {
  const { createApiKey } = await world.user.run(
    'mutation { createApiKey(name: "auditor", scopes: [WRITE, ORIGINALS]) { ... on CreateApiKeyPayload { secret } } }',
  );
  const page = await world.signIn({ apiKey: createApiKey.secret });
  await page.getByRole('navigation').getByText('WRITE, ORIGINALS').waitFor();
  expect(world.dashboard.operations.slice(0, 4)).toEqual(['unnamed', 'unnamed', 'unnamed', 'LiveStart']);
});

test('who has no scope for it sees neither the keys nor a form for retention', async () => {
  const { createApiKey } = await world.user.run(
    'mutation { createApiKey(name: "app", scopes: [WRITE]) { ... on CreateApiKeyPayload { secret } } }',
  );
  const page = await world.openPage('Organisation', { apiKey: createApiKey.secret });
  await page.getByText('A key with the scope ADMIN can change this.').waitFor();
  expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0);
  await expectAccessible(page);
});

test('what was used of the plan is shown', async () => {
  const taskId = await createTask(world.user);
  await submitBatch(world.user, [{ file: await exampleFile('shelves/4-upright.jpg') }], { taskId });
  const page = await world.openPage('Organisation');
  const figures = page.getByRole('definition');
  await expect.poll(() => figures.allTextContents()).toContain('1 this month');
  expect(await figures.allTextContents()).toEqual(
    expect.arrayContaining(['1 in all', '1 in the library', expect.stringMatching(/^No limit \d+ used$/)]),
  );
});

test('retention is changed, and what the API refuses is said in its words', async () => {
  const page = await world.openPage('Organisation');
  await page.getByLabel('Images, days').fill('30');
  await page.getByLabel('Taught crops, days').fill('90');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const query = '{ viewer { organization { retention { imageDays exportDays referenceDays } } } }';
  expect(await world.user.run(query)).toMatchObject({
    viewer: { organization: { retention: { imageDays: 30, exportDays: 7, referenceDays: 90 } } },
  });
  await page.getByLabel('Images, days').fill('99999999');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
});

test('an export is listed, followed until it is ready, and downloaded', async () => {
  await world.user.run(
    'mutation { exportAnalyses(input: { filter: {}, format: JSONL, basis: CORRECTED }) { __typename } }',
  );
  const page = await world.openPage('Exports');
  await page.getByText('Ready').waitFor();
  await page.getByRole('cell', { name: 'With corrections' }).waitFor();
  const link = page.getByRole('link', { name: 'Download' });
  expect((await fetch((await link.getAttribute('href'))!)).status).toBe(200);
  await expectAccessible(page);
});

test('times are in the zone of the viewer, times and numbers in their language', async () => {
  await world.user.run('mutation { exportAnalyses(input: { filter: {}, format: CSV }) { __typename } }');
  const { exports } = await world.user.run('{ exports { nodes { createdAt } } }');
  const viewer = { locale: 'de-DE', timezoneId: 'Asia/Tokyo' };
  const page = await world.signIn(viewer);
  await page.goto(`${world.sightline.url}/#/exports`);
  const begun = new Intl.DateTimeFormat(viewer.locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: viewer.timezoneId,
  }).format(new Date(exports.nodes[0].createdAt));
  await page.getByRole('cell', { name: begun, exact: true }).first().waitFor();
  await page.goto(`${world.sightline.url}/#/system`);
  // German has a space before the sign.
  await page.getByText(/^\d+\s% of the engines$/).waitFor();
});

test('the system page shows engines and models', async () => {
  const page = await world.openPage('System');
  await page.getByRole('table').getByText('product-detector').first().waitFor();
  await page.getByText('READY', { exact: true }).waitFor();
  await expectAccessible(page);
});
