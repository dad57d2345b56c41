import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { exampleFile } from '../support/examples.ts';
import { createTask, submitBatch } from '../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../support/sightline.ts';
import { createUser, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { builtDashboard, type DashboardPage, openDashboard, signIn } from './support/dashboard-page.ts';
import { startPathProxy } from './support/path-proxy.ts';

/** What a person does in the dashboard, with real engines behind it. */
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
  await dashboard.close();
});

async function open(options?: Parameters<typeof openDashboard>[2]): Promise<DashboardPage['page']> {
  dashboard = await openDashboard(browser, sightline.url, options);
  return dashboard.page;
}

const submitShelf = async (externalId: string, file = 'shelves/4-upright.jpg') =>
  submitBatch(user, [{ file: await exampleFile(file), externalId }], { taskId: await createTask(user) });

describe('signing in', () => {
  test('a key that the server does not know is refused in its words', async () => {
    const page = await open();
    await page.getByLabel('API key').fill('sl_unknown');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The API key is unknown.').waitFor();
    await expectAccessible(page);
  });

  test('whose session it is stands in the navigation; signing out ends it, for a reload as well', async () => {
    const page = await open();
    await signIn(dashboard, sightline.apiKey);
    await page.getByRole('navigation').getByText('Default', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(dashboard.troubles).toEqual([]);
  });

  test('the key is not stored', async () => {
    const page = await open();
    await signIn(dashboard, sightline.apiKey);
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]),
    );
    expect(stored).not.toContain(sightline.apiKey);
  });

  test('the secret of a sign-in link leaves the address bar and the history', async () => {
    dashboard = await openDashboard(browser, `${sightline.url}/#sign-in=${sightline.apiKey}`);
    const { page } = dashboard;
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
    expect(page.url()).not.toContain(sightline.apiKey);
    await page.goBack();
    expect(page.url()).not.toContain(sightline.apiKey);
  });
});

describe('Live', () => {
  test('pictures appear as they are recognised: pushed, not asked for', async () => {
    const page = await open();
    await signIn(dashboard, sightline.apiKey);
    await expect.poll(() => dashboard.operations).toContain('TaskSelect');
    const asked = dashboard.operations.length;
    await submitShelf('pushed.jpg');
    const picture = page.getByRole('link', { name: 'pushed.jpg' });
    await picture.waitFor();
    expect(await picture.locator('rect').count()).toBeGreaterThan(10);
    expect(dashboard.operations.slice(asked)).toEqual([]);
    expect(dashboard.troubles).toEqual([]);
    await expectAccessible(page);
  });

  test('paused, nothing appears; to catch up shows what came meanwhile', async () => {
    const page = await open();
    await signIn(dashboard, sightline.apiKey);
    await page.getByText('Following').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const { batch } = await submitShelf('meanwhile.jpg');
    for await (const _ of user.stream('subscription ($id: ID!) { batchEvents(batchId: $id) { __typename } }', {
      id: batch.id,
    }));
    expect(await page.getByRole('link', { name: 'meanwhile.jpg' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Catch up' }).click();
    await page.getByRole('link', { name: 'meanwhile.jpg' }).waitFor();
  });

  test('after a time offline exactly what was missed appears', async () => {
    const page = await open();
    await signIn(dashboard, sightline.apiKey);
    await page.getByText('Following').waitFor();
    await submitShelf('before.jpg');
    await page.getByRole('link', { name: 'before.jpg' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Offline.').waitFor();
    const { batch } = await submitShelf('missed.jpg');
    for await (const _ of user.stream('subscription ($id: ID!) { batchEvents(batchId: $id) { __typename } }', {
      id: batch.id,
    }));
    await page.context().setOffline(false);
    await page.getByRole('link', { name: 'missed.jpg' }).waitFor();
    expect(await page.getByRole('link', { name: 'before.jpg' }).count()).toBe(1);
    expect(await page.getByText('Offline.').count()).toBe(0);
  });

  test('the first picture shows after less than 200 kB, gzipped', async () => {
    await submitShelf('light.jpg');
    dashboard = await openDashboard(browser, 'about:blank');
    const { page } = dashboard;
    const parts: Promise<number>[] = [];
    page.on('response', (response) => {
      if (/\.(js|css)$|\/$/.test(new URL(response.url()).pathname))
        parts.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(`${sightline.url}/#sign-in=${sightline.apiKey}`);
    await page.getByRole('listitem').locator('img').first().waitFor();
    const bytes = (await Promise.all(parts)).reduce((sum, part) => sum + part, 0);
    expect(bytes).toBeLessThan(200_000);
    expect(bytes).toBeGreaterThan(50_000);
  });
});

test('a key that is revoked ends the session with a sentence that says so', async () => {
  const tenant = await sightline.createTenant({ scopes: ['ADMIN'] });
  const page = await open();
  await signIn(dashboard, tenant.apiKey);
  const admin = createUser({ url: sightline.url, apiKey: tenant.apiKey });
  const { viewer } = await admin.run('{ viewer { apiKey { id } } }');
  await admin.run('mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }', { id: viewer.apiKey.id });
  await page.getByText('The session has ended').waitFor({ timeout: 45_000 });
  await admin.close();
});

test('on a phone the navigation is behind a button, and nothing is wider than the screen', async () => {
  const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await signIn(dashboard, sightline.apiKey);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBe(0);
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Analyses' }).click();
  await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
});

test('it works below a path of a proxy that the server knows nothing of, pictures included', async () => {
  await submitShelf('behind-a-proxy.jpg');
  const proxy = await startPathProxy(sightline.url, '/tools/sightline/');
  try {
    dashboard = await openDashboard(browser, proxy.url);
    const { page } = dashboard;
    await signIn(dashboard, sightline.apiKey);
    const picture = page.getByRole('link', { name: 'behind-a-proxy.jpg' }).locator('img');
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Analyses' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
    expect(page.url()).toBe(`${proxy.url}#/analyses`);
    expect(dashboard.troubles).toEqual([]);
    await page.context().close();
  } finally {
    await proxy.close();
  }
});

test('of two tabs each has its own session: signing out of one leaves the other', async () => {
  const page = await open();
  await signIn(dashboard, sightline.apiKey);
  const other = await openDashboard(browser, sightline.url);
  await signIn(other, sightline.apiKey);
  await other.page.getByRole('button', { name: 'Sign out' }).click();
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await other.close();
  await submitShelf('still-here.jpg');
  await page.getByRole('link', { name: 'still-here.jpg' }).waitFor();
});

test('who may only read is offered nothing else', async () => {
  const tenant = await sightline.createTenant({ scopes: ['READ'] });
  const page = await open();
  await signIn(dashboard, tenant.apiKey);
  await page.getByText('No picture has been recognised yet').waitFor();
  await page.getByRole('link', { name: 'Analyses' }).click();
  await page.getByText('There is no analysis yet').waitFor();
  expect(await page.getByRole('button', { name: 'Export all' }).count()).toBe(0);
  await expectAccessible(page);
});
