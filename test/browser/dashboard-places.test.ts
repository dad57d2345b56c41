import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { analyzeVideo, pan } from '../api/videos/client.ts';
import { awaitEnd, submitBatch } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';
import { prepareShelfPlace, type Shelf } from './support/shelf-place.ts';

/** What was photographed at a place, what changed there, and its alerts. */
const world = startDashboardWorld();
const placeId = 'Store 12/Bay 3';
let place: Shelf;
beforeAll(async () => {
  place = await prepareShelfPlace(world.user, placeId);
  await photograph(place.asPlanned, {
    visitId: 'monday',
    externalId: 'monday.jpg',
    recordedAt: '2026-03-02T09:00:00Z',
  });
  await photograph(place.asPlanned, {
    visitId: 'tuesday',
    externalId: 'tuesday.jpg',
    recordedAt: '2026-03-03T09:00:00Z',
  });
  await photograph(place.asPlanned, { placeId: 'Store 13', externalId: 'other.jpg' });
}, 120_000);

async function photograph(file: Blob, image: Record<string, unknown>): Promise<string> {
  const submitted = await submitBatch(world.user, [{ file, placeId, ...image }], { taskId: place.taskId });
  await awaitEnd(world.user, submitted);
  return submitted.ids[0]!;
}

const timeline = (page: Page) => page.getByRole('list', { name: 'Timeline' }).getByRole('listitem');
const alerts = (page: Page) => page.getByRole('list', { name: 'Open alerts' }).getByRole('listitem');
const rows = (page: Page, label: string) => page.getByRole('table', { name: label, exact: true }).getByRole('row');

async function openPlace(): Promise<Page> {
  const page = await world.signIn();
  await page.goto(`${world.sightline.url}/#/places/timeline?place=${encodeURIComponent(placeId)}`);
  await timeline(page).first().waitFor();
  return page;
}

async function expectFitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}

test('places are listed with their latest picture, searched, and opened', async () => {
  const page = await world.openPage('Places');
  const places = page.getByRole('list', { name: 'Places' }).getByRole('link');
  await expect.poll(() => places.count()).toBe(2);
  await page.getByLabel('Search').fill('bay');
  await expect.poll(() => places.count()).toBe(1);
  expect(page.url()).toContain('text=bay');
  await page.reload();
  await page.getByText('100% as planned').waitFor();
  await expectAccessible(page);
  await page.getByLabel('Search').fill('nowhere');
  await page.getByText('No place matches these filters').waitFor();
  await page.getByRole('link', { name: 'Show all places' }).click();
  await places.filter({ hasText: placeId }).click();
  await page.getByRole('heading', { name: placeId, level: 1 }).waitFor();
  await expect
    .poll(() => timeline(page).allTextContents())
    .toEqual([
      expect.stringMatching(/^tuesday.*Mar 3.*1 picture.*Open100% as planned/),
      expect.stringMatching(/^monday.*Mar 2/),
    ]);
  await page.goBack();
  await expect.poll(() => places.count()).toBe(2);
});

test('on a phone, nothing of a tile is cut', async () => {
  const page = await world.signIn({ viewport: { width: 390, height: 844 } });
  await page.goto(`${world.sightline.url}/#/places`);
  const tile = page.getByRole('list', { name: 'Places' }).getByRole('listitem').filter({ hasText: placeId });
  await tile.getByText('100% as planned').waitFor();
  const border = (await tile.boundingBox())!;
  for (const text of [/^No alert$/, /as planned$/, /^Last picture/]) {
    const part = tile.getByText(text);
    const { x, y, width, height } = (await part.boundingBox())!;
    expect(x + width, String(text)).toBeLessThanOrEqual(border.x + border.width);
    expect(y + height, String(text)).toBeLessThanOrEqual(border.y + border.height);
    expect(await part.evaluate((element) => element.scrollWidth - element.clientWidth), String(text)).toBe(0);
  }
  await expectFitsPhone(page);
});

test('a visit is closed', async () => {
  const page = await openPlace();
  await page.getByRole('button', { name: 'Close the visit monday' }).click();
  await timeline(page).filter({ hasText: 'monday' }).getByText('Closed').waitFor();
  const { visits } = await world.user.run('{ visits(filter: { visitIds: ["monday"] }) { nodes { status } } }');
  expect(visits.nodes).toEqual([{ status: 'CLOSED' }]);
  await page.goto(
    `${world.sightline.url}/#/places/timeline?place=${encodeURIComponent(placeId)}&to=2026-03-03T00:00:00Z`,
  );
  await expect.poll(() => timeline(page).count()).toBe(1);
  await page.goto(
    `${world.sightline.url}/#/places/timeline?place=${encodeURIComponent(placeId)}&to=2020-01-01T00:00:00Z`,
  );
  await page.getByText('No picture of this place matches these filters').waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  await expect.poll(() => timeline(page).count()).toBe(2);
  await page.goto(`${world.sightline.url}/#/places/timeline?place=nowhere`);
  await page.getByText('No picture names this place').waitFor();
});

test('an alert appears when a picture raises it, without being asked for, and somebody takes care of it', async () => {
  const page = await openPlace();
  await page.getByText('No open alert').waitFor();
  const asked = world.dashboard.operations.length;
  await photograph(place.withoutMint, { recordedAt: '2026-03-04T09:00:00Z', externalId: 'without-mint.jpg' });
  await alerts(page)
    .filter({ hasText: /Mint Tea is missing/i })
    .waitFor();
  await page.getByRole('button', { name: '1 new picture: show' }).waitFor();
  expect(world.dashboard.operations.slice(asked)).toEqual([]);

  await page.getByRole('button', { name: /^Acknowledge/ }).click();
  await alerts(page).getByText('Acknowledged').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: '1 new picture: show' }).click();
  await timeline(page).filter({ hasText: 'without-mint.jpg' }).waitFor();
  await expectFitsPhone(page);
  await expectAccessible(page);
});

test('what changed between a visit and the picture after it is shown side by side', async () => {
  const page = await openPlace();
  await page.getByRole('link', { name: 'What changed until without-mint.jpg' }).click();
  await page.getByRole('heading', { name: 'What changed', level: 1 }).waitFor();
  await page
    .getByRole('region', { name: /^Before: Mar 3/ })
    .getByRole('img', { name: 'tuesday.jpg' })
    .waitFor();
  await page
    .getByRole('region', { name: /^After: Mar 4/ })
    .getByRole('img', { name: 'without-mint.jpg' })
    .waitFor();
  // Where the tea stood, and nothing where it is missing.
  expect(
    await page
      .getByRole('region', { name: /^Before/ })
      .locator('rect')
      .count(),
  ).toBe(6);
  const planned = page.getByRole('listitem', { name: 'Planned shelf 3' }).getByRole('listitem');
  await planned.filter({ hasText: /Mint Tea.*0 of/ }).waitFor();
  expect(await planned.filter({ hasText: 'As planned' }).count()).toBe(3);
  const worse = rows(page, 'positions').filter({ hasText: 'Worse' });
  expect(
    (await worse.allTextContents()).every((text) => /Mint Tea.*As planned.*(Missing|Another item)/i.test(text)),
  ).toBe(true);
  expect(await worse.count()).toBeGreaterThan(0);
  expect(
    await rows(page, 'items')
      .filter({ hasText: /Mint Tea/i })
      .textContent(),
  ).toMatch(/-\d+\d facings0 facings$/);
  const changed = await rows(page, 'positions').count();
  await page.getByLabel(/^All \d+ positions/).click();
  await expect.poll(() => rows(page, 'positions').count()).toBeGreaterThan(changed);
  await page.reload();
  await expect.poll(() => rows(page, 'positions').count()).toBeGreaterThan(changed);
  await expectAccessible(page);
  await expectFitsPhone(page);
  await expectAccessible(page);
});

test('any two entries of the timeline are compared, and a visit is shown alone', async () => {
  const page = await openPlace();
  await page.getByLabel('Choose monday to compare').check();
  await page.getByText('Choose another one to compare').waitFor();
  await page.getByLabel('Choose tuesday to compare').check();
  await page.getByRole('link', { name: 'Compare the two' }).click();
  await page.getByText('None: every position is as it was.').waitFor();
  await page.getByText('None: every item has as many facings as before.').waitFor();
  await page.getByRole('link', { name: 'monday', exact: true }).click();
  await page.getByRole('heading', { name: 'monday', level: 1 }).waitFor();
  await page.getByText('None: every position is as planned, or not seen.').waitFor();
  await expectAccessible(page);
  await page.goto(`${world.sightline.url}/#/places/visit?id=nothing`);
  await page.getByText('This visit does not exist').waitFor();
});

test('open alerts of all places are filtered in the address', async () => {
  const page = await world.openPage('Places');
  await page.getByText('1 alert').waitFor();
  await page.getByLabel('Only with open alerts').click();
  await expect.poll(() => page.getByRole('list', { name: 'Places' }).getByRole('link').count()).toBe(1);
  await page.getByRole('radio', { name: 'Alerts' }).click();
  await alerts(page).getByRole('link', { name: placeId }).waitFor();
  await expectAccessible(page);
  await page.getByLabel('Acknowledged').selectOption('no');
  await page.getByText('No open alert').waitFor();
  await page.goBack();
  await alerts(page).first().waitFor();
  await expectFitsPhone(page);
  // A picture on which the tea stands again clears it.
  await photograph(place.asPlanned, { recordedAt: '2026-03-05T09:00:00Z' });
  await page.getByText('No open alert').waitFor();
});

test('a new place is announced, and shown when asked for', async () => {
  const page = await world.openPage('Places');
  const places = page.getByRole('list', { name: 'Places' }).getByRole('link');
  await expect.poll(() => places.count()).toBe(2);
  await photograph(place.asPlanned, { placeId: 'Store 14' });
  await page.getByRole('button', { name: '1 new place: show' }).click();
  await places.filter({ hasText: 'Store 14' }).waitFor();
  await page.getByRole('button', { name: 'new place' }).waitFor({ state: 'detached' });
  // A picture of a place that is listed is no new one: it takes the place of the last picture.
  const shown = places.filter({ hasText: 'Store 14' }).locator('img');
  const before = await shown.getAttribute('src');
  await photograph(place.withoutMint, { placeId: 'Store 14' });
  await expect.poll(() => shown.getAttribute('src')).not.toBe(before);
  expect(await page.getByRole('button', { name: 'new place' }).count()).toBe(0);
});

test('pictures that are uploaded for a visit are put together, and listed from it', async () => {
  const page = await openPlace();
  await page.getByRole('link', { name: 'Upload', exact: true }).last().click();
  await page.getByLabel(/^Visit/).fill('friday');
  const shelf = Buffer.from(await place.asPlanned.arrayBuffer());
  await page
    .getByLabel('Choose pictures or videos', { exact: true })
    .and(page.locator('input'))
    .setInputFiles(['left.jpg', 'right.jpg'].map((name) => ({ name, mimeType: 'image/jpeg', buffer: shelf })));
  await page.getByRole('heading', { name: '2 of 2 recognised' }).waitFor();
  await page.getByRole('link', { name: 'left.jpg' }).click();
  await page.getByRole('link', { name: 'friday' }).click();
  await page.getByRole('heading', { name: 'friday', level: 1 }).waitFor();
  await page.getByRole('img', { name: 'right.jpg' }).waitFor();
  await page.getByRole('link', { name: 'Its analyses' }).click();
  const pictures = page.getByRole('list', { name: 'Analyses' }).getByRole('listitem');
  await expect.poll(() => pictures.count()).toBe(2);
  expect(page.url()).toContain('visit=friday');
});

test('a visit that grows and closes is shown as it is, without being asked for', async () => {
  const late = { visitId: 'tuesday', placeId, recordedAt: '2026-03-03T10:00:00Z' };
  const close = async () => {
    const { visits } = await world.user.run('{ visits(filter: { visitIds: ["tuesday"] }) { nodes { id } } }');
    await world.user.run('mutation ($id: ID!) { closeVisit(id: $id) { __typename } }', { id: visits.nodes[0].id });
  };
  const page = await openPlace();
  const tuesday = timeline(page).filter({ hasText: 'tuesday' });
  await tuesday.getByText('Open', { exact: true }).waitFor();
  const asked = world.dashboard.operations.length;
  await photograph(place.asPlanned, late);
  await tuesday.getByText('2 pictures').waitFor();
  // An analysis is under way: it is CLOSING until that has ended.
  await submitBatch(world.user, [{ file: place.asPlanned, ...late }], { taskId: place.taskId });
  await close();
  await tuesday.getByText('3 pictures').waitFor();
  await tuesday.getByText('Closed', { exact: true }).waitFor();
  // Each time in answer to an event.
  expect(new Set(world.dashboard.operations.slice(asked))).toEqual(new Set(['VisitEntry']));
  expect(await page.getByRole('button', { name: /new picture/ }).count()).toBe(0);

  await page.getByRole('link', { name: 'tuesday', exact: true }).click();
  const title = page.getByRole('heading', { name: 'tuesday', level: 1 }).locator('..');
  await title.getByText('Closed', { exact: true }).waitFor();
  await photograph(place.asPlanned, { ...late, externalId: 'too-late.jpg' });
  await title.getByText('Open', { exact: true }).waitFor();
  await page.getByRole('img', { name: 'too-late.jpg' }).waitFor();
  await close();
  await title.getByText('Closed', { exact: true }).waitFor();
});

test('the videos of a place are shown as what they are, also on its timeline', async () => {
  const about = { taskId: place.taskId, placeId, visitId: 'tuesday', sampling: { maxFrames: 2 } };
  await analyzeVideo(world.user, { ...about, source: { upload: await pan() } });
  const page = await openPlace();
  const video = page.getByRole('list', { name: 'Videos' }).getByRole('listitem').filter({ hasText: 'aisle-pan.mp4' });
  // Pushed, as what was seen is.
  await video.getByText('Succeeded').waitFor({ timeout: 120_000 });
  await video.getByText(/^\d+\+? things? seen$/).waitFor();
  const poster = video.locator('img[src*="/posters/"]');
  await expect.poll(() => poster.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const tuesday = timeline(page).filter({ hasText: 'tuesday' });
  await tuesday.getByText(/ pictures? · 1 video$/).waitFor();
  await expectAccessible(page);
  await tuesday.getByRole('link', { name: 'tuesday', exact: true }).click();
  await page.getByRole('list', { name: 'Videos' }).getByRole('link', { name: 'aisle-pan.mp4' }).click();
  await page.getByRole('heading', { name: 'aisle-pan.mp4', level: 1 }).waitFor();
});
