import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { exampleFile } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** The picture of an analysis: its boxes, and how it is moved and enlarged. */
const world = startDashboardWorld();
let page: Page;
/** Of shelf.jpg, which has ended with a result. */
let analysisId: string;

beforeAll(async () => {
  const taskId = await createTask(world.user, { name: 'Audit' });
  const shelf = { file: await exampleFile('shelves/4-upright.jpg'), externalId: 'shelf.jpg' };
  const submitted = await submitBatch(world.user, [shelf], { taskId });
  await awaitEnd(world.user, submitted);
  analysisId = submitted.ids[0]!;
});
beforeEach(async () => {
  page = await world.signIn();
});

const goTo = (address: string) => page.goto(`${world.sightline.url}/#${address}`);
const picture = () => page.getByRole('group', { name: 'Picture' });

/** Where the picture stands in its frame, once it stands there. */
async function openPicture(): Promise<{ place(): Promise<string> }> {
  await goTo(`/analyses/${analysisId}`);
  await page.getByRole('list', { name: 'What was found' }).waitFor();
  const image = picture().getByRole('img');
  const place = () => image.evaluate((element) => element.style.transform);
  await expect.poll(place).toContain('scale');
  return { place };
}

/** The middle of a box that was found, on the screen. */
async function middleOfBox(): Promise<{ x: number; y: number }> {
  const query =
    'query ($id: ID!) { node(id: $id) { ... on Analysis { detections { box(unit: NORMALIZED) { x y width height } } } } }';
  const { detections } = (await world.user.run(query, { id: analysisId })).node;
  const { box } = detections[0];
  const bounds = (await picture().getByRole('img').boundingBox())!;
  return {
    x: bounds.x + (box.x + box.width / 2) * bounds.width,
    y: bounds.y + (box.y + box.height / 2) * bounds.height,
  };
}

test('the wheel enlarges the picture at the pointer, and a drag moves it', async () => {
  const { place } = await openPicture();
  const image = picture().getByRole('img');
  const whole = (await image.boundingBox())!;
  const [x, y] = [whole.x + whole.width / 2, whole.y + whole.height / 4];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -800);
  await expect.poll(async () => (await image.boundingBox())!.width / whole.width).toBeGreaterThan(4);
  const enlarged = (await image.boundingBox())!;
  expect(enlarged.x + enlarged.width / 2).toBeCloseTo(x, -1);
  expect(enlarged.y + enlarged.height / 4).toBeCloseTo(y, -1);
  const before = await place();
  await page.mouse.down();
  await page.mouse.move(x - 40, y - 30, { steps: 4 });
  await page.mouse.up();
  await expect.poll(place).not.toBe(before);
  const moved = (await image.boundingBox())!;
  expect(moved.x).toBeCloseTo(enlarged.x - 40, -1);
  expect(moved.y).toBeCloseTo(enlarged.y - 30, -1);
});

test('two fingers enlarge the picture at the point between them', async () => {
  await openPicture();
  const image = picture().getByRole('img');
  const whole = (await image.boundingBox())!;
  const [x, y] = [whole.x + whole.width / 2, whole.y + whole.height / 2];
  const debugging = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove', apart: number) =>
    debugging.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: [
        { x: x - apart / 2, y, id: 0 },
        { x: x + apart / 2, y, id: 1 },
      ],
    });
  await touch('touchStart', 60);
  for (const apart of [80, 100, 120]) await touch('touchMove', apart);
  await debugging.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect.poll(async () => (await image.boundingBox())!.width / whole.width).toBeCloseTo(2, 0);
  const enlarged = (await image.boundingBox())!;
  expect(enlarged.x + enlarged.width / 2).toBeCloseTo(x, -1);
  expect(enlarged.y + enlarged.height / 2).toBeCloseTo(y, -1);
});

test('the pointer lights up the box below it in the list, a click chooses it; keys zoom', async () => {
  const { place } = await openPicture();
  const whole = await place();
  const { x, y } = await middleOfBox();
  await page.mouse.move(x, y);
  const lit = page.getByRole('list', { name: 'What was found' }).locator('button[data-hovered]');
  await expect.poll(() => lit.count()).toBe(1);
  await page.mouse.click(x, y);
  await page.locator('[aria-pressed="true"]').first().waitFor();
  await picture().focus();
  await page.keyboard.press('+');
  await expect.poll(place).not.toBe(whole);
  await page.keyboard.press('0');
  await expect.poll(place).toBe(whole);
  await page.keyboard.press('Escape');
  await page.locator('[aria-pressed="true"]').first().waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await page.locator('[aria-pressed="true"]').first().waitFor();
  await expectAccessible(page);
});
