import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exampleFile } from '../support/examples.ts';
import { startPathProxy } from '../support/path-proxy.ts';
import { createTask, submitBatch } from '../support/recognition.ts';
import { createUser } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** What a person does in the dashboard, with real engines behind it. */
const world = startDashboardWorld({ failsOnErrors: false });

const submitShelf = async (externalId: string, file = 'shelves/4-upright.jpg') =>
  submitBatch(world.user, [{ file: await exampleFile(file), externalId }], { taskId: await createTask(world.user) });

describe('signing in', () => {
  test('a key that the server does not know is refused in its words', async () => {
    const page = await world.open();
    await page.getByLabel('API key').fill('sl_unknown');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The API key is unknown.').waitFor();
    await expectAccessible(page);
  });

  test('whose session it is stands in the navigation; signing out ends it, for a reload as well', async () => {
    const page = await world.signIn();
    await page.getByRole('navigation').getByText('Default', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(world.dashboard.troubles).toEqual([]);
  });

  test('the key is not stored', async () => {
    const page = await world.signIn();
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]),
    );
    expect(stored).not.toContain(world.sightline.apiKey);
  });

  test('the secret of a sign-in link leaves the address bar and the history', async () => {
    const page = await world.open({ url: `${world.sightline.url}/#sign-in=${world.sightline.apiKey}` });
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
    expect(page.url()).not.toContain(world.sightline.apiKey);
    await page.goBack();
    expect(page.url()).not.toContain(world.sightline.apiKey);
  });

  test('a link signs in with one request, while the code of the first page is fetched', async () => {
    const page = await world.open({ url: `${world.sightline.url}/#sign-in=${world.sightline.apiKey}` });
    await page.getByText('Following').waitFor();
    expect(world.dashboard.operations.slice(0, 2)).toEqual(['unnamed', 'LiveStart']);
    const begun = await page.evaluate(() => {
      const requests = performance.getEntriesByType('resource');
      return ['/assets/live-page', '/graphql'].map(
        (part) => requests.find(({ name }) => name.includes(part))!.startTime,
      );
    });
    expect(begun[0]).toBeLessThan(begun[1]!);
  });
});

describe('before a session ends', () => {
  /** A session of its own, as a screen has one. */
  async function openSession(expiresInSeconds: number) {
    const { createSessionToken } = await world.user.run(
      /* GraphQL */ `mutation ($input: CreateSessionTokenInput!) {
        createSessionToken(input: $input) { ... on CreateSessionTokenPayload { secret sessionToken { id } } } }`,
      { input: { scopes: ['WRITE'], expiresInSeconds } },
    );
    const { secret, sessionToken } = createSessionToken;
    const page = await world.open({ url: `${world.sightline.url}/#sign-in=${secret}` });
    await page.getByText('Following').waitFor();
    return { page, id: sessionToken.id };
  }

  test('the page asks for the key, and goes on with a new one: filters, scroll and streams stay', async () => {
    const { page, id } = await openSession(600);
    await page.getByText('This session ends at').waitFor();
    await submitShelf('before-renewal.jpg');
    await page.getByRole('link', { name: 'before-renewal.jpg' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await page.getByLabel('API key').fill('sl_unknown');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('The API key is unknown.').waitFor();
    await expectAccessible(page);
    await page.getByLabel('API key').fill(world.sightline.apiKey);
    const connected = page.waitForEvent('websocket');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('This session ends at').waitFor({ state: 'detached' });
    await connected;
    // The page was not loaded anew: it is still paused.
    await submitShelf('after-renewal.jpg');
    await page.getByRole('button', { name: 'Catch up' }).click();
    await world.user.run('mutation ($id: ID!) { revokeSessionToken(id: $id) { __typename } }', { id });
    await page.getByRole('link', { name: 'after-renewal.jpg' }).waitFor();
    expect(await page.getByRole('link', { name: 'before-renewal.jpg' }).count()).toBe(1);
  });

  test('one that nobody prolonged ends with a sentence, and signing in leads back to the page', async () => {
    const { page } = await openSession(15);
    await page.goto(`${world.sightline.url}/#/analyses?status=FAILED`);
    await page.getByText('The session has ended').waitFor();
    await page.getByLabel('API key').fill(world.sightline.apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
    expect(page.url()).toContain('#/analyses?status=FAILED');
  });
});

test('a key that is revoked ends the session with a sentence that says so', async () => {
  const tenant = await world.sightline.createTenant({ scopes: ['ADMIN'] });
  const page = await world.signIn({ apiKey: tenant.apiKey });
  const admin = createUser({ url: world.sightline.url, apiKey: tenant.apiKey });
  const { viewer } = await admin.run('{ viewer { apiKey { id } } }');
  await admin.run('mutation ($id: ID!) { revokeApiKey(id: $id) { __typename } }', { id: viewer.apiKey.id });
  await page.getByText('The session has ended').waitFor({ timeout: 45_000 });
  await admin.close();
});

test('on a phone the navigation is behind a button, and nothing is wider than the screen', async () => {
  const page = await world.signIn({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await createTask(world.user);
  await world.user.run('mutation { exportAnalyses(input: { filter: {}, format: JSONL }) { __typename } }');
  const links = await page.locator('aside nav a').evaluateAll((all) => all.map((link) => link.getAttribute('href')!));
  expect(links.length).toBeGreaterThan(8);
  for (const link of links) {
    await page.goto(`${world.sightline.url}/${link}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, link).toBe(0);
  }
  await page.getByRole('button', { name: 'Open navigation' }).click();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Analyses' }).click();
  await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
});

test('it works below a path of a proxy that the server knows nothing of, pictures included', async () => {
  await submitShelf('behind-a-proxy.jpg');
  const proxy = await startPathProxy(world.sightline.url, '/tools/sightline/');
  try {
    const page = await world.signIn({ url: proxy.url });
    const picture = page.getByRole('link', { name: 'behind-a-proxy.jpg' }).locator('img');
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Analyses' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
    expect(page.url()).toBe(`${proxy.url}#/analyses`);
    expect(world.dashboard.troubles).toEqual([]);
    await page.context().close();
  } finally {
    await proxy.close();
  }
});

test('the keyboard alone leads from signing in to an analysis and back', async () => {
  const { ids } = await submitShelf('by-keyboard.jpg');
  const page = await world.open();
  // The field has the focus.
  await page.keyboard.type(world.sightline.apiKey);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor();
  const tabTo = async (wanted: Locator) => {
    await wanted.waitFor();
    for (let presses = 0; presses < 80; presses++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`80 presses of Tab do not lead to ${wanted}`);
  };
  await tabTo(page.getByRole('link', { name: 'Analyses', exact: true }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
  await tabTo(page.getByLabel('Select by-keyboard.jpg'));
  await page.keyboard.press('Space');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.hash === `#/analyses/${ids[0]}`);
  await page.getByRole('heading', { name: 'by-keyboard.jpg', level: 1 }).waitFor();
  await tabTo(page.getByRole('button', { name: 'Share' }));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Share', exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await expect
    .poll(() => page.getByRole('button', { name: 'Share' }).evaluate((element) => element === document.activeElement))
    .toBe(true);
});

test('of two tabs each has its own session: signing out of one leaves the other', async () => {
  const page = await world.signIn();
  const other = await world.signIn();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  await submitShelf('still-here.jpg');
  await page.getByRole('link', { name: 'still-here.jpg' }).waitFor();
});

test('who may only read is offered nothing else', async () => {
  const tenant = await world.sightline.createTenant({ scopes: ['READ'] });
  const page = await world.signIn({ apiKey: tenant.apiKey });
  await page.getByText('No picture has been recognised yet').waitFor();
  await page.getByRole('link', { name: 'Analyses' }).click();
  await page.getByText('There is no analysis yet').waitFor();
  expect(await page.getByRole('button', { name: 'Export all' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: /Upload/ }).count()).toBe(0);
  await expectAccessible(page);
});
