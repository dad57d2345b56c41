import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { exampleFile } from '../support/examples.ts';
import { createTask, submitBatch } from '../support/recognition.ts';
import { createUser } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** The page Live, with real engines behind it. */
const world = startDashboardWorld({ failsOnErrors: false });

const submitShelf = async (externalId: string, file = 'shelves/4-upright.jpg') =>
  submitBatch(world.user, [{ file: await exampleFile(file), externalId }], { taskId: await createTask(world.user) });

/** What stands below a label among the figures. */
const figure = async (page: Page, label: string) => {
  const term = page.getByRole('term').filter({ hasText: new RegExp(`^${label}$`) });
  return page.locator('dl > div', { has: term }).getByRole('definition').textContent();
};

test('pictures appear as they are recognised: pushed, not asked for', async () => {
  const page = await world.signIn();
  await expect.poll(() => world.dashboard.operations).toContain('TaskSelect');
  const asked = world.dashboard.operations.length;
  await submitShelf('pushed.jpg');
  const picture = page.getByRole('link', { name: 'pushed.jpg' });
  await picture.waitFor();
  expect(await picture.locator('rect').count()).toBeGreaterThan(10);
  expect(world.dashboard.operations.slice(asked)).toEqual([]);
  expect(world.dashboard.troubles).toEqual([]);
  await expectAccessible(page);
});

test('paused, nothing appears; to catch up shows what came meanwhile', async () => {
  const page = await world.signIn();
  await page.getByText('Following').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const { batch } = await submitShelf('meanwhile.jpg');
  for await (const _ of world.user.stream('subscription ($id: ID!) { batchEvents(batchId: $id) { __typename } }', {
    id: batch.id,
  }));
  expect(await page.getByRole('link', { name: 'meanwhile.jpg' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Catch up' }).click();
  await page.getByRole('link', { name: 'meanwhile.jpg' }).waitFor();
});

test('after a time offline exactly what was missed appears', async () => {
  const page = await world.signIn();
  await page.getByText('Following').waitFor();
  await submitShelf('before.jpg');
  await page.getByRole('link', { name: 'before.jpg' }).waitFor();
  await page.context().setOffline(true);
  await page.getByText('Offline.').waitFor();
  const { batch } = await submitShelf('missed.jpg');
  for await (const _ of world.user.stream('subscription ($id: ID!) { batchEvents(batchId: $id) { __typename } }', {
    id: batch.id,
  }));
  await page.context().setOffline(false);
  await page.getByRole('link', { name: 'missed.jpg' }).waitFor();
  expect(await page.getByRole('link', { name: 'before.jpg' }).count()).toBe(1);
  expect(await page.getByText('Offline.').count()).toBe(0);
});

test('the first picture shows after less than 200 kB, gzipped', async () => {
  await submitShelf('light.jpg');
  const page = await world.open({ url: 'about:blank' });
  const responses: Response[] = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(`${world.sightline.url}/#sign-in=${world.sightline.apiKey}`);
  await page.getByRole('listitem').locator('img').first().waitFor();
  // Those until now: what comes later may still be on its way when the page is closed.
  const parts = responses.filter((response) => /\.(js|css)$|\/$/.test(new URL(response.url()).pathname));
  const bodies = await Promise.all(parts.map((response) => response.body()));
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  expect(bytes).toBeLessThan(200_000);
  expect(bytes).toBeGreaterThan(50_000);
});

test('figures of the hour count what is recognised and what fails; queue and engines are pushed', async () => {
  const tenant = await world.sightline.createTenant({ scopes: ['ADMIN'] });
  const user = createUser({ url: world.sightline.url, apiKey: tenant.apiKey });
  const page = await world.signIn({ apiKey: tenant.apiKey });
  await page.getByText('No picture has been recognised yet').waitFor();
  await expect.poll(() => figure(page, 'Engines')).toContain('1 running');
  await expect.poll(() => world.dashboard.operations).toContain('TaskSelect');
  const asked = world.dashboard.operations.length;
  const shelf = { file: await exampleFile('shelves/4-upright.jpg'), externalId: 'good.jpg' };
  const broken = { file: new Blob(['no picture']), externalId: 'broken.jpg' };
  await submitBatch(user, [shelf, broken], { taskId: await createTask(user) });
  await page.getByRole('link', { name: 'broken.jpg' }).getByText('Failed').waitFor();
  await page.getByRole('link', { name: 'good.jpg' }).waitFor();
  await expect.poll(() => figure(page, 'Recognised')).toBe('1 in the last hour');
  await expect.poll(() => figure(page, 'Failed')).toBe('1 in the last hour');
  expect(await figure(page, 'Latency, median')).toMatch(/^\d/);
  await expect.poll(() => figure(page, 'Queue')).toBe('0 waiting, 0 running');
  expect(world.dashboard.operations.slice(asked)).toEqual([]);
  await user.close();
});
