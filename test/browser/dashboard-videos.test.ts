import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { analyzeVideo, pan, videoEvents } from '../api/videos/client.ts';
import { createTask } from '../support/recognition.ts';
import type { Data } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** The player of videos, in Chromium, which plays the H.264 of the example. */
const world = startDashboardWorld();
let taskId: string;
let analysis: Data;
beforeAll(async () => {
  taskId = await createTask(world.user, { name: 'Aisle', pipeline: 'shelf-fast' });
  const sampling = { framesPerSecond: 1 };
  const about = { taskId, sampling, placeId: 'store-12', visitId: 'monday', metadata: { aisle: 3 } };
  analysis = await analyzeVideo(world.user, { ...about, source: { upload: await pan() } });
  await world.user.collect(videoEvents, { filter: { ids: [analysis.id], statusOnly: true } });
});

async function openVideo(options: Parameters<typeof world.signIn>[0] = {}): Promise<Page> {
  const page = await world.signIn(options);
  await page.goto(`${world.sightline.url}/#/videos/${analysis.id}`);
  await page.getByRole('heading', { name: 'aisle-pan.mp4', level: 1 }).waitFor();
  return page;
}

const boxes = (page: Page) => page.locator('svg rect[data-track]');
const currentTime = (page: Page) => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);

test('the video plays with boxes over it, and the slider goes anywhere in it', async () => {
  const page = await openVideo();
  await boxes(page).first().waitFor();
  const atFirst = await boxes(page).count();
  expect(atFirst).toBeGreaterThan(20);
  await page.getByText(`${atFirst} in view`).waitFor();
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await expect.poll(() => currentTime(page)).toBeGreaterThan(0.5);
  await page.getByRole('button', { name: 'Pause' }).click();
  const slider = page.getByRole('slider', { name: 'Time' });
  await slider.fill('3');
  await expect.poll(() => currentTime(page)).toBe(3);
  await page.getByText('0:03.0 of 0:06').waitFor();
  // Between two analysed frames, what moves is between its two places.
  const left = async () => Number(await boxes(page).first().getAttribute('x'));
  const atThree = await left();
  await slider.fill('3.5');
  await expect.poll(left).not.toBe(atThree);
  await expectAccessible(page);
});

test('a thing is found from the list in the picture, and from the picture in the list', async () => {
  const page = await openVideo();
  const list = page.getByRole('list', { name: 'Things seen' });
  const last = list.getByRole('button').last();
  const drawn = page.waitForResponse((response) => response.url().includes('/tracks/') && response.ok());
  await last.click();
  await drawn;
  await expect.poll(() => currentTime(page)).toBeGreaterThan(1);
  await page.locator('svg rect[data-selected]').waitFor();
  const crop = page.locator('figure img[src*="/tracks/"]');
  await expect.poll(() => crop.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  expect(await last.getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('slider', { name: 'Time' }).fill('0');
  const box = boxes(page).first();
  await box.click();
  await expect.poll(() => list.locator('button[aria-pressed="true"]').count()).toBe(1);
  expect(await last.getAttribute('aria-pressed')).toBe('false');
});

test('a click on the timeline of counts goes there', async () => {
  const page = await openVideo();
  const plot = page.getByRole('region', { name: 'In view, by second' }).locator('.u-over');
  await plot.waitFor();
  const { width, height } = (await plot.boundingBox())!;
  await plot.click({ position: { x: width * 0.8, y: height / 2 } });
  await expect.poll(() => currentTime(page)).toBeGreaterThan(3);
});

test('a video that the browser cannot play is told of, and its frames are shown one by one', async () => {
  const page = await world.signIn();
  await page.route('**/videos/**', (route) => route.fulfill({ contentType: 'video/mp4', body: 'no video' }));
  await page.goto(`${world.sightline.url}/#/videos/${analysis.id}`);
  await page.getByText('This browser cannot play video in H.264').waitFor();
  const drawn = page.waitForResponse((response) => response.url().includes('/frames/') && response.ok());
  await page.getByRole('slider', { name: 'Time' }).fill('2');
  await boxes(page).first().waitFor();
  // It is made when it is asked for.
  await drawn;
  const still = page.locator('figure img[src*="/frames/"]').first();
  await expect.poll(() => still.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1_280);
  await expectAccessible(page);
});

test('an analysis that runs is followed second by second, and can be cancelled and run again', async () => {
  const source = { videoId: analysis.video.id };
  const { id } = await analyzeVideo(world.user, { taskId, source, sampling: { framesPerSecond: 12 } });
  const page = await world.signIn();
  await page.goto(`${world.sightline.url}/#/videos/${id}`);
  await page.getByRole('list', { name: 'Things seen' }).getByRole('button').first().waitFor();
  await page.getByText(/% analysed/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled').waitFor();
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByText('Rerun of').waitFor();
  expect(page.url()).not.toContain(id);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled').waitFor();
  const rerun = new URL(page.url()).hash;
  await page.getByRole('button', { name: 'Delete 1 analysis' }).click();
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 of 1 deleted.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('heading', { name: 'Videos', level: 1 }).waitFor();
  await page.goto(`${world.sightline.url}/${rerun}`);
  await page.getByText('This video analysis does not exist').waitFor();
});

test('the list of videos leads to them, and grows while it is watched', async () => {
  const page = await world.openPage('Videos');
  const table = page.getByRole('table', { name: 'Videos' });
  await table.getByRole('row').filter({ hasText: 'store-12' }).getByText('Succeeded').waitFor();
  const sampling = { maxFrames: 1 };
  await analyzeVideo(world.user, { taskId, source: { videoId: analysis.video.id }, sampling, externalId: 'later' });
  await page.getByRole('button', { name: '1 submitted since: show them' }).click();
  await table.getByRole('link', { name: 'later' }).waitFor();
  await expectAccessible(page);
  await page.getByLabel('Place').fill('store-12');
  await page.keyboard.press('Enter');
  await page.getByLabel('Place').blur();
  await expect.poll(() => table.getByRole('link').count()).toBe(1);
  await table.getByRole('link').click();
  await page.getByRole('heading', { name: 'aisle-pan.mp4' }).waitFor();
});

test('on a phone', async () => {
  const page = await openVideo({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await boxes(page).first().waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
