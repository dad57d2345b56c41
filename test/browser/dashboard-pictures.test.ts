import type { Locator, Page, Route } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { analyzeVideo, pan, videoEvents } from '../api/videos/client.ts';
import { exampleFile } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** Pictures that the server is still making when the page asks for them: browsers write each 503 to the console. */
const world = startDashboardWorld({ failsOnErrors: false });
let videoAnalysisId: string;
beforeAll(async () => {
  const taskId = await createTask(world.user);
  await awaitEnd(
    world.user,
    await submitBatch(world.user, [{ file: await exampleFile('shelves/4-upright.jpg') }], { taskId }),
  );
  const analysis = await analyzeVideo(world.user, {
    taskId,
    source: { upload: await pan() },
    sampling: { maxFrames: 1 },
  });
  await world.user.collect(videoEvents, { filter: { ids: [analysis.id], statusOnly: true } });
  videoAnalysisId = analysis.id;
});

/** Answers the first requests with what the server answers until a picture is made. @returns how many there were in all */
async function delayPictures(page: Page, kind: string, times: number): Promise<() => number> {
  let requests = 0;
  await page.route(`**/${kind}/**`, (route: Route) => {
    requests += 1;
    if (requests > times) return route.continue();
    return route.fulfill({ status: 503, headers: { 'Retry-After': '0' }, body: 'not yet' });
  });
  return () => requests;
}

const widthOf = (picture: Locator) => picture.evaluate((image: HTMLImageElement) => image.naturalWidth);

async function openLibrary(page: Page): Promise<Locator> {
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  const picture = page.getByRole('list', { name: 'Images' }).locator('img').first();
  await picture.waitFor({ state: 'attached' });
  return picture;
}

test('a picture that is not made in time is shown as soon as it is there', async () => {
  const page = await world.signIn();
  await delayPictures(page, 'images', 3);
  const picture = await openLibrary(page);
  await expect.poll(() => widthOf(picture)).toBeGreaterThan(0);
});

test('a picture that is broken is not asked for again and again', async () => {
  const page = await world.signIn();
  let requests = 0;
  await page.route('**/images/**', (route) => {
    requests += 1;
    return route.fulfill({ contentType: 'image/jpeg', body: 'no picture' });
  });
  await openLibrary(page);
  // The picture, the question why it failed, and the picture once more.
  await expect.poll(() => requests).toBe(3);
  await page.getByRole('link', { name: 'Videos', exact: true }).click();
  await page.getByRole('table', { name: 'Videos' }).waitFor();
  expect(requests).toBe(3);
});

test('a video gets its poster when it is made', async () => {
  const page = await world.signIn();
  const requests = await delayPictures(page, 'posters', 2);
  await page.goto(`${world.sightline.url}/#/videos/${videoAnalysisId}`);
  await page.locator('video[poster*="/posters/"]').waitFor();
  expect(requests()).toBeGreaterThan(2);
});
