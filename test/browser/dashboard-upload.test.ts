import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** Pictures of a person's own disk, sent by the page. */
const shelves = path.join(import.meta.dirname, '../../examples/shelves');
const world = startDashboardWorld({ failsOnErrors: false });
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-upload-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function openUpload(options?: BrowserContextOptions): Promise<Page> {
  const page = await world.signIn(options);
  await page.goto(`${world.sightline.url}/#/upload`);
  await page.getByRole('button', { name: 'Choose pictures or videos' }).waitFor();
  return page;
}

const batchesOfTask = async (taskId: string) =>
  (await world.user.run('query ($taskId: ID!) { batches(taskId: $taskId) { nodes { total } } }', { taskId })).batches
    .nodes;

test('without a task the page says what to do first', async () => {
  const page = await world.openPage('Upload');
  await page.getByText('There is no task yet').waitFor();
  await expectAccessible(page);
});

test('pictures are sent and recognised; what is none is named with its reason', async () => {
  await createTask(world.user);
  const broken = path.join(directory, 'broken.jpg');
  await writeFile(broken, 'not a picture');
  const notes = path.join(directory, 'notes.txt');
  await writeFile(notes, 'text');
  const page = await openUpload();
  await page
    .getByLabel('Choose pictures or videos', { exact: true })
    .and(page.locator('input'))
    .setInputFiles([path.join(shelves, '4-upright.jpg'), path.join(shelves, '6-evening.jpg'), broken, notes]);
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await row('4-upright.jpg').getByText('Succeeded').waitFor();
  await row('6-evening.jpg').getByText('Succeeded').waitFor();
  await row('broken.jpg').getByText('Failed').waitFor();
  await row('notes.txt').getByText('Not a picture and not a video').waitFor();
  await page.getByRole('heading', { name: '2 of 4 recognised, 2 failed' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('link', { name: '4-upright.jpg' }).click();
  await page.getByRole('heading', { name: '4-upright.jpg' }).waitFor();
});

test('a video is sent with pictures, and can be watched while it is analysed', async () => {
  const taskId = await createTask(world.user, { name: 'Aisle', pipeline: 'shelf-fast' });
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  await page.getByLabel('Visit').fill('monday');
  const video = path.join(import.meta.dirname, '../../examples/videos/aisle-pan.mp4');
  await page.locator('input[multiple]').setInputFiles([video, path.join(shelves, '4-upright.jpg')]);
  const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  await row('4-upright.jpg').getByText('Succeeded').waitFor();
  await row('aisle-pan.mp4').getByRole('link').click();
  await page.getByRole('heading', { name: 'aisle-pan.mp4' }).waitFor();
  await page.getByText('Succeeded').waitFor();
  // Both belong to the visit.
  await page.getByRole('link', { name: 'monday' }).click();
  await page.getByRole('link', { name: 'Its video', exact: true }).click();
  await page.getByRole('table', { name: 'Videos' }).getByRole('link', { name: 'aisle-pan.mp4' }).waitFor();
});

test('a picture is pasted from the clipboard', async () => {
  const taskId = await createTask(world.user);
  const page = await openUpload({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  const png = await sharp(path.join(shelves, '4-upright.jpg')).resize(600).png().toBuffer();
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const blob = new Blob([bytes], { type: 'image/png' });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
  }, png.toString('base64'));
  await page.keyboard.press('Control+V');
  await page.getByRole('listitem').filter({ hasText: '.png' }).getByText('Succeeded').waitFor();
  expect(await batchesOfTask(taskId)).toEqual([{ total: 1 }]);
});

test('a folder is chosen, or dropped, with the folders in it', async () => {
  const bay = path.join(directory, 'bay');
  await mkdir(path.join(bay, 'left'), { recursive: true });
  await copyFile(path.join(shelves, '4-upright.jpg'), path.join(bay, 'outer.jpg'));
  await copyFile(path.join(shelves, '6-evening.jpg'), path.join(bay, 'left/inner.jpg'));
  const taskId = await createTask(world.user);
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  await page.getByLabel('Choose a folder').and(page.locator('input')).setInputFiles(bay);
  await page.getByRole('heading', { name: '2 of 2 recognised' }).waitFor();

  const zone = (await page.getByRole('region', { name: 'Pictures to upload' }).boundingBox())!;
  const debugging = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await debugging.send('Input.dispatchDragEvent', {
      ...{ type, x: zone.x + 20, y: zone.y + 20 },
      data: { items: [], files: [bay], dragOperationsMask: 1 },
    });
  await expect.poll(() => page.getByRole('listitem').filter({ hasText: 'inner.jpg' }).count()).toBe(2);
  await expect.poll(() => batchesOfTask(taskId)).toEqual([{ total: 2 }, { total: 2 }]);
});

test('it goes on while another page is open, and is there again on the way back', async () => {
  const taskId = await createTask(world.user);
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  const elsewhere = Promise.withResolvers<void>();
  await page.route('**/uploads/**', async (route) => {
    await elsewhere.promise;
    await route.continue();
  });
  await page.locator('input[multiple]').setInputFiles([path.join(shelves, '4-upright.jpg')]);
  await page.getByRole('heading', { name: '0 of 1 recognised' }).waitFor();
  await page.getByRole('link', { name: 'Keys', exact: true }).click();
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor();
  elsewhere.resolve();
  await page.goBack();
  await page.getByRole('heading', { name: '1 of 1 recognised' }).waitFor();
});

test('signing out stops it', async () => {
  const taskId = await createTask(world.user);
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  // It is never answered.
  await page.route('**/uploads/**', () => undefined);
  const sent = page.waitForEvent('request', (one) => one.url().includes('/uploads/'));
  await page.locator('input[multiple]').setInputFiles([path.join(shelves, '4-upright.jpg')]);
  const request = await sent;
  const failed = page.waitForEvent('requestfailed', (one) => one === request);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await failed;
});

test('after a lost connection it goes on, and nothing is submitted twice', async () => {
  const taskId = await createTask(world.user);
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  let cuts = 0;
  // The response of the submission, and the first sending of the bytes, are lost.
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('SubmitUploads') || cuts++ > 0) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  const ranges: (string | undefined)[] = [];
  await page.route('**/uploads/**', (route) => {
    ranges.push(route.request().headers()['content-range']);
    return ranges.length === 1 ? route.abort('connectionreset') : route.continue();
  });
  await page.locator('input[multiple]').setInputFiles([path.join(shelves, '4-upright.jpg')]);
  await page.getByText('Succeeded').waitFor();
  expect(cuts).toBe(2);
  // Nothing has arrived, as the server says, so the file is sent from its beginning.
  expect(ranges).toEqual([undefined, 'bytes */*', undefined]);
  expect(await batchesOfTask(taskId)).toEqual([{ total: 1 }]);
});

test('a video whose connection is cut goes on where it was cut, and its progress does not go back', async () => {
  const taskId = await createTask(world.user, { name: 'Cut', pipeline: 'shelf-fast' });
  const bytes = await paddedVideo(12_000_000);
  const file = path.join(directory, 'long.mp4');
  await writeFile(file, bytes);
  const page = await openUpload();
  await page.getByRole('combobox', { name: 'Task' }).selectOption(taskId);
  const progress = page.getByRole('progressbar', { name: 'Sending long.mp4' });
  const ranges: (string | undefined)[] = [];
  let shownBefore = 0;
  await page.route('**/uploads/**', async (route) => {
    const range = route.request().headers()['content-range'];
    ranges.push(range);
    if (ranges.length === 1) {
      await sendAndCut(route.request().url(), bytes, 9_000_000);
      return route.abort('connectionreset');
    }
    if (range?.startsWith('bytes */') === false) shownBefore = Number(await progress.getAttribute('value'));
    return route.continue();
  });
  await page.locator('input[multiple]').setInputFiles([file]);
  await page.getByRole('link', { name: 'long.mp4' }).waitFor();
  const [whole, ...later] = ranges;
  expect(whole).toBeUndefined();
  // It asks until the server knows that the first request was cut.
  expect(later.slice(0, -1)).toEqual(later.slice(0, -1).map(() => 'bytes */*'));
  const [, first] = /^bytes (\d+)-11999999\/12000000$/.exec(later.at(-1)!)!;
  expect(Number(first)).toBeGreaterThan(0);
  expect(shownBefore).toBeCloseTo(Number(first) / bytes.length, 5);
});

/** The pan of the examples, with bytes behind it that players skip. */
async function paddedVideo(byteSize: number): Promise<Buffer> {
  const pan = await readFile(path.join(import.meta.dirname, '../../examples/videos/aisle-pan.mp4'));
  const box = Buffer.alloc(byteSize - pan.length);
  box.writeUInt32BE(box.length);
  box.write('free', 4);
  return Buffer.concat([pan, box]);
}

/** Begins to send a file, and cuts the connection when the server has so many bytes. */
async function sendAndCut(url: string, bytes: Buffer, sent: number): Promise<void> {
  const request = http.request(url, { method: 'PUT', headers: { 'content-length': bytes.length } });
  request.on('error', () => undefined);
  if (!request.write(bytes.subarray(0, sent))) await once(request, 'drain');
  request.destroy();
}

test('on a phone', async () => {
  const page = await openUpload({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.getByRole('button', { name: 'Take a photograph' }).waitFor();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
