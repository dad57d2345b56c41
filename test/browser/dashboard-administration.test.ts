import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';

/** The pages for whoever administers an organisation. */
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

async function openPage(link: string, apiKey = sightline.apiKey): Promise<DashboardPage['page']> {
  dashboard = await openDashboard(browser, sightline.url);
  await signIn(dashboard, apiKey);
  await dashboard.page.getByRole('link', { name: link, exact: true }).click();
  return dashboard.page;
}

test('a key is made and shown once, works, and is rejected when it has been revoked', async () => {
  const page = await openPage('Keys');
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name').fill('Kiosk');
  await page.getByLabel('Scope').selectOption('READ');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const secret = await page.getByRole('dialog').getByText(/^sl_/).textContent();
  const kiosk = createUser({ ...sightline, apiKey: secret! });
  expect(await kiosk.run('{ viewer { apiKey { name } } }')).toMatchObject({
    viewer: { apiKey: { name: 'Kiosk' } },
  });
  await kiosk.close();
  await page.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByText(secret!).isVisible()).toBe(false);

  const row = page.getByRole('row', { name: 'Kiosk' });
  await row.getByText('Valid').waitFor();
  await expectAccessible(page);
  await row.getByRole('button', { name: 'Revoke the key Kiosk' }).click();
  await page.getByRole('button', { name: 'Revoke for good' }).click();
  await row.getByText(/^Revoked /).waitFor();
});

test('who has no scope for it sees neither the keys nor a form for retention', async () => {
  const { createApiKey } = await user.run(
    'mutation { createApiKey(name: "app", scopes: [WRITE]) { ... on CreateApiKeyPayload { secret } } }',
  );
  const page = await openPage('Organisation', createApiKey.secret);
  await page.getByText('A key with the scope ADMIN can change this.').waitFor();
  expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0);
  await expectAccessible(page);
});

test('retention is changed, and what the API refuses is said in its words', async () => {
  const page = await openPage('Organisation');
  await page.getByLabel('Images, days').fill('30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  const query = '{ viewer { organization { retention { imageDays exportDays } } } }';
  expect(await user.run(query)).toMatchObject({
    viewer: { organization: { retention: { imageDays: 30, exportDays: 7 } } },
  });
  await page.getByLabel('Images, days').fill('99999999');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').waitFor();
});

test('an export is listed, followed until it is ready, and downloaded', async () => {
  await user.run('mutation { exportAnalyses(input: { filter: {}, format: JSONL }) { __typename } }');
  const page = await openPage('Exports');
  await page.getByText('Ready').waitFor();
  const link = page.getByRole('link', { name: 'Download' });
  expect((await fetch((await link.getAttribute('href'))!)).status).toBe(200);
  await expectAccessible(page);
});

test('the system page shows engines and models', async () => {
  const page = await openPage('System');
  await page.getByRole('table').getByText('product-detector').first().waitFor();
  await page.getByText('READY', { exact: true }).waitFor();
  await expectAccessible(page);
});
