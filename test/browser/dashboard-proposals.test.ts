import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  approve,
  correct,
  correctionFields,
  found,
  item,
  missed,
  noProduct,
  remove,
} from '../api/corrections/client.ts';
import { createToken } from '../api/session-tokens/client.ts';
import { exampleFile, exampleProducts } from '../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../support/recognition.ts';
import { createUser, type Data, type User } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** What somebody without the scope TEACH has corrected, and those who approve or remove it. */
const world = startDashboardWorld();
let clerk: User;
let tea: string;
let analysisId: string;
/** Of the detections. */
let ids: string[];
beforeAll(async () => {
  clerk = (await createToken(world.user, { scopes: ['WRITE'], actor: 'Clerk of aisle 4' })).user;
  const products = await exampleProducts('pondello-lemon-soda', 'wimborel-rosehip-tea');
  const items = await Promise.all(products.map((product) => createExampleItem(world.user, product)));
  tea = items[1]!;
  await awaitActive(world.user, items);
  const submitted = await submitShelf(world.user);
  analysisId = submitted.ids[0]!;
  const { node } = await world.user.run(
    'query ($id: ID!) { node(id: $id) { ... on Analysis { detections { id } } } }',
    {
      id: analysisId,
    },
  );
  ids = node.detections.map(({ id }: Data) => id);
});
afterAll(() => clerk?.close());
beforeEach(async () => {
  const left = await corrections();
  await remove(world.user, ...left.map(({ id }) => id));
});

async function submitShelf(user: User) {
  const taskId = await createTask(user, { name: 'Audit', topCandidates: 5 });
  const file = await exampleFile('shelves/4-upright.jpg');
  const submitted = await submitBatch(user, [{ file, externalId: 'Aisle 4' }], { taskId });
  await awaitEnd(user, submitted);
  return submitted;
}

/** Oldest first. */
async function corrections(): Promise<Data[]> {
  const text = `{ corrections { nodes { ...CorrectionFields } } } ${correctionFields}`;
  return (await world.user.run(text)).corrections.nodes.toReversed();
}

const rows = (page: Page) => page.getByRole('list', { name: 'Proposed corrections' }).getByRole('listitem');
const tab = (page: Page) => page.getByRole('link', { name: /^Proposed/ });

async function openProposals(options?: { apiKey: string }): Promise<Page> {
  const page = await world.openPage('Review', options);
  await tab(page).click();
  return page;
}

test('proposals are approved and removed by keys, and the next one is chosen', async () => {
  const box = { x: 0.01, y: 0.01, width: 0.05, height: 0.1, unit: 'NORMALIZED' };
  const made = await correct(
    clerk,
    found(ids[0]!, item(tea)),
    found(ids[1]!, noProduct),
    missed(analysisId, box, { unknown: true }),
  );
  const page = await openProposals();
  await expect.poll(() => tab(page).textContent()).toBe('Proposed3');
  // The newest first.
  await expect.poll(() => rows(page).count()).toBe(3);
  const texts = await rows(page).allTextContents();
  expect(texts[0]).toMatch(
    /Nothing: it was missed.*A product that is not in the catalogue.*By Clerk of aisle 4,.*Aisle 4/s,
  );
  expect(texts[1]).toMatch(/Not a product/);
  await expectAccessible(page);

  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect
    .poll(async () => (await corrections()).map(({ status }) => status))
    .toEqual(['PROPOSED', 'APPLIED', 'PROPOSED']);
  // The oldest took its place.
  await page.keyboard.press('r');
  await expect.poll(async () => (await corrections()).map(({ id }) => id)).toEqual([made[1]!.id, made[2]!.id]);
  await expect.poll(() => tab(page).textContent()).toBe('Proposed1');
  await rows(page)
    .first()
    .getByRole('button', { name: /Approve/ })
    .click();
  await page.getByRole('heading', { name: 'No correction waits for approval' }).waitFor();
  await expectAccessible(page);
  await expect.poll(async () => (await corrections()).map(({ status }) => status)).toEqual(['APPLIED', 'APPLIED']);
  expect(await tab(page).textContent()).toBe('Proposed');
});

test('what others propose, approve and remove is shown as it happens', async () => {
  const page = await openProposals();
  await page.getByRole('heading', { name: 'No correction waits for approval' }).waitFor();
  const asked = [...world.dashboard.operations];
  const made = await correct(clerk, found(ids[0]!, item(tea)), found(ids[1]!, noProduct));
  await expect.poll(() => rows(page).count()).toBe(2);
  await expect.poll(() => tab(page).textContent()).toBe('Proposed2');
  await approve(world.user, made[0]!.id);
  await expect.poll(() => rows(page).allTextContents()).toEqual([expect.stringContaining('Not a product')]);
  await remove(clerk, made[1]!.id);
  await page.getByRole('heading', { name: 'No correction waits for approval' }).waitFor();
  expect(world.dashboard.operations).toEqual(asked);
});

test('who may not approve sees what waits, and can take it back', async () => {
  await correct(clerk, found(ids[0]!, item(tea)));
  const { createApiKey } = await world.user.run(
    'mutation { createApiKey(name: "clerk", scopes: [WRITE]) { ... on CreateApiKeyPayload { secret } } }',
  );
  const page = await openProposals({ apiKey: createApiKey.secret });
  await rows(page)
    .getByRole('button', { name: /Remove/ })
    .waitFor();
  expect(
    await rows(page)
      .getByRole('button', { name: /Approve/ })
      .count(),
  ).toBe(0);
  await expectAccessible(page);
  await page.keyboard.press('a');
  await page.keyboard.press('r');
  await expect.poll(corrections).toEqual([]);
});

test('on a phone', async () => {
  await correct(clerk, found(ids[0]!, item(tea)), found(ids[1]!, noProduct));
  const page = await world.signIn({ viewport: { width: 390, height: 844 } });
  await page.goto(`${world.sightline.url}/#/review/proposed`);
  await rows(page).first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expectAccessible(page);
});

test('without pictures and without a catalogue, the page says what to do', async () => {
  const { apiKey } = await world.sightline.createTenant({ scopes: ['ADMIN'] });
  const owner = createUser({ url: world.sightline.url, apiKey });
  const page = await world.openPage('Review', { apiKey });
  await page.getByRole('heading', { name: 'No picture has been recognised yet' }).waitFor();
  await expectAccessible(page);
  await submitShelf(owner);
  await owner.close();
  await page.reload();
  await page.getByRole('heading', { name: 'The catalogue is empty' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Add products' }).waitFor();
  await page.getByRole('link', { name: 'look at all facings' }).click();
  await page.getByText('Found as a product that is not in the catalogue.').waitFor();
});
