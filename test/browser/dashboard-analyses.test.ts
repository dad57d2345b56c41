import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exampleFile } from '../support/examples.ts';
import { awaitEnd, createTask, submitBatch } from '../support/recognition.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** Lists of analyses, and one of them. */
const world = startDashboardWorld();
let page: Page;
/** Of shelf.jpg, which has ended with a result. */
let analysisId: string;
let taskId: string;
beforeAll(async () => {
  taskId = await createTask(world.user, { name: 'Audit', computeRealogram: true, computeShares: true });
  const upright = await exampleFile('shelves/4-upright.jpg');
  const shelf = { file: upright, externalId: 'shelf.jpg', placeId: 'store-1', options: { readText: true } };
  const broken = { file: new Blob(['no picture']), externalId: 'broken.jpg', metadata: { aisle: '7' } };
  const submitted = await submitBatch(world.user, [shelf, broken], { taskId });
  await awaitEnd(world.user, submitted);
  analysisId = submitted.ids[0]!;
});
beforeEach(async () => {
  page = await world.signIn();
});

const goTo = (address: string) => page.goto(`${world.sightline.url}/#${address}`);

describe('Analyses', () => {
  test('filters are in the address: a reload keeps them, and "back" takes the last one away', async () => {
    await page.getByRole('link', { name: 'Analyses' }).click();
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor();
    await page.getByLabel('Status').selectOption('Failed');
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor({ state: 'detached' });
    expect(page.url()).toContain('#/analyses?status=FAILED');
    await page.reload();
    await page.getByRole('link', { name: 'broken.jpg' }).waitFor();
    expect(await page.getByRole('link', { name: 'shelf.jpg' }).count()).toBe(0);
    await page.goBack();
    await page.getByRole('link', { name: 'shelf.jpg' }).waitFor();
    await expectAccessible(page);
  });

  test('each filter of the address reaches the API', async () => {
    const found = async (search: string) => {
      await goTo(`/analyses?view=table&${search}`);
      await page.reload();
      await page.getByRole('table').or(page.getByText('No analysis matches')).waitFor();
      return page.getByRole('cell').getByRole('link').allTextContents();
    };
    expect(await found(`task=${taskId}&place=store-1`)).toEqual(['shelf.jpg']);
    expect(await found('meta=aisle%3A7')).toEqual(['broken.jpg']);
    expect(await found('confidence=1')).toEqual([]);
    expect(await found('to=2020-01-01T00:00:00.000Z')).toEqual([]);
    expect(await found('from=2020-01-01T00:00:00.000Z&status=SUCCEEDED,FAILED')).toEqual(['broken.jpg', 'shelf.jpg']);
    expect(await found('sort=oldest')).toEqual(['shelf.jpg', 'broken.jpg']);
    await expectAccessible(page);
  });

  test('what is selected can be run again; a new analysis is announced, and shown when asked for', async () => {
    await goTo('/analyses?view=table&place=store-1');
    await page.getByLabel('Select shelf.jpg').check();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('1 submitted again.').waitFor();
    await page.getByRole('button', { name: '1 submitted since' }).click();
    await expect.poll(() => page.getByRole('cell').getByRole('link', { name: 'shelf.jpg' }).count()).toBe(2);
  });

  test('what is selected and has not ended can be cancelled; what has ended is told of', async () => {
    const bay = await exampleFile('shelves/5-whole-bay.jpg');
    // The one engine has enough to do before the last one.
    const names = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((number) => `before-${number}.jpg`);
    const images = [...names, 'last.jpg'].map((externalId) => ({ file: bay, externalId, placeId: 'store-2' }));
    const { batch } = await submitBatch(world.user, images, { taskId });
    await goTo('/analyses?view=table&place=store-2');
    await page.getByLabel('Select last.jpg').check();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('1 cancelled.', { exact: true }).waitFor();
    await page
      .getByRole('row', { name: /last\.jpg/ })
      .getByText('Cancelled')
      .waitFor();
    await page.reload();
    await page.getByLabel('Select last.jpg').check();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('0 cancelled. The analysis has already ended: it is CANCELED.').waitFor();
    await world.user.run('mutation ($id: ID!) { cancelAnalyses(target: { batchId: $id }) { __typename } }', {
      id: batch.id,
    });
  });

  test('all that match are exported as a file', async () => {
    await goTo('/analyses?status=FAILED');
    await page.getByRole('button', { name: 'Export all' }).click();
    await page.getByLabel('Format').selectOption('JSONL');
    await page.getByLabel('Results').selectOption('CORRECTED');
    await page.getByRole('button', { name: 'Write the file' }).click();
    const link = page.getByRole('link', { name: 'Download' });
    await expectAccessible(page);
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    const exported = lines.map((line) => JSON.parse(line));
    expect(exported).toMatchObject([{ externalId: 'broken.jpg', basis: 'CORRECTED' }]);
  });
});

describe('one analysis', () => {
  test('boxes and list are linked, and the slider hides what is less certain', async () => {
    await goTo(`/analyses/${analysisId}`);
    const rows = page.getByRole('list', { name: 'What was found' }).getByRole('button');
    await rows.first().waitFor();
    const all = await rows.count();
    await rows.first().focus();
    await expect.poll(() => page.locator('ol button[data-hovered]').count()).toBe(1);
    await rows.first().click();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByLabel('Confidence from').fill('1');
    await page.getByRole('heading', { name: `of ${all} found` }).waitFor();
    expect(await rows.count()).toBeLessThan(all);
  });

  test('the text that was read is listed', async () => {
    await goTo(`/analyses/${analysisId}`);
    await page.getByRole('heading', { name: /^Text: \d+ lines$/ }).waitFor();
    const lines = page.getByRole('list', { name: 'Lines of text' }).getByRole('listitem');
    expect(await lines.filter({ hasText: 'Lathwenna' }).count()).toBeGreaterThan(0);
    await expectAccessible(page);
  });

  test('two fingers enlarge the picture at the point between them', async () => {
    await goTo(`/analyses/${analysisId}`);
    const image = page.getByRole('group', { name: 'Picture' }).getByRole('img');
    await page.getByRole('list', { name: 'What was found' }).waitFor();
    await expect.poll(() => image.evaluate((element) => element.style.transform)).toContain('scale');
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

  test('a click into the picture chooses the box below it; keys zoom', async () => {
    await goTo(`/analyses/${analysisId}`);
    const picture = page.getByRole('group', { name: 'Picture' });
    await page.getByRole('list', { name: 'What was found' }).waitFor();
    const image = picture.getByRole('img');
    await expect.poll(() => image.evaluate((element) => element.style.transform)).toContain('scale');
    const whole = await image.evaluate((element) => element.style.transform);
    const { detections } = (
      await world.user.run(
        'query ($id: ID!) { node(id: $id) { ... on Analysis { detections { box(unit: NORMALIZED) { x y width height } } } } }',
        {
          id: analysisId,
        },
      )
    ).node;
    const { box } = detections[0];
    const bounds = (await image.boundingBox())!;
    await page.mouse.click(
      bounds.x + (box.x + box.width / 2) * bounds.width,
      bounds.y + (box.y + box.height / 2) * bounds.height,
    );
    await page.locator('[aria-pressed="true"]').first().waitFor();
    await picture.focus();
    await page.keyboard.press('+');
    await expect.poll(() => image.evaluate((element) => element.style.transform)).not.toBe(whole);
    await page.keyboard.press('0');
    await expect.poll(() => image.evaluate((element) => element.style.transform)).toBe(whole);
    await page.keyboard.press('Escape');
    await page.locator('[aria-pressed="true"]').first().waitFor({ state: 'detached' });
    await page.keyboard.press('n');
    await page.locator('[aria-pressed="true"]').first().waitFor();
    await expectAccessible(page);
  });

  test('one that waits shows its result as soon as it is there, without being asked for again', async () => {
    const shelf = { file: await exampleFile('shelves/5-whole-bay.jpg'), externalId: 'bay.jpg' };
    // While it is locked, no result is stored: the page sees the analysis unfinished, however fast the engine is.
    const lock = await world.sightline.database.db.startTransaction().execute();
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(lock);
    await sql`lock table analysis_result in exclusive mode`.execute(lock);
    const { ids } = await submitBatch(world.user, [shelf], { taskId });
    await goTo(`/analyses/${ids[0]}`);
    await page.getByText('The result appears here by itself').waitFor();
    const asked = world.dashboard.operations.length;
    await lock.rollback().execute();
    await page.getByRole('heading', { name: /\d+ of \d+ found/ }).waitFor({ timeout: 60_000 });
    expect(world.dashboard.operations.slice(asked)).toEqual([]);
  }, 120_000);

  test('the result is saved as COCO', async () => {
    await goTo(`/analyses/${analysisId}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'COCO' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('shelf.jpg.coco.json');
    const { annotations } = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(annotations.length).toBeGreaterThan(10);
  });

  test('the picture with its boxes drawn in is a link away', async () => {
    await goTo(`/analyses/${analysisId}`);
    const address = await page.getByRole('link', { name: 'Annotated' }).getAttribute('href');
    const picture = await fetch(address!);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
  });

  test('its annotated picture is shared by a link that opens without a key and says when it ends', async () => {
    await goTo(`/analyses/${analysisId}`);
    await page.getByRole('button', { name: 'Share' }).click();
    const link = await page.getByRole('textbox', { name: 'Link to the picture' }).inputValue();
    expect((await fetch(link)).headers.get('content-type')).toBe('image/jpeg');
  });

  test('it is shared by a link that shows it, and nothing else, to people without a key, until it is withdrawn', async () => {
    await goTo(`/analyses/${analysisId}`);
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByLabel('The link works for').selectOption('30 days');
    await page.getByRole('button', { name: 'Create a link' }).click();
    const link = await page.getByRole('textbox', { name: 'Link to this analysis' }).inputValue();
    await expectAccessible(page);

    const visitor = await world.open({ url: link });
    await visitor.getByRole('heading', { name: 'shelf.jpg' }).waitFor();
    const found = visitor.getByRole('list', { name: 'What was found' }).getByRole('button');
    expect(await found.count()).toBeGreaterThan(10);
    const picture = visitor.getByRole('group', { name: 'Picture' }).getByRole('img');
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    await visitor.getByText('Shared with you until').waitFor();
    expect(await visitor.getByRole('navigation').count()).toBe(0);
    await expectAccessible(visitor);
    await visitor.reload();
    await visitor.getByRole('heading', { name: 'shelf.jpg' }).waitFor();
    await visitor.setViewportSize({ width: 390, height: 844 });
    expect(await visitor.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    const row = page.getByRole('row', { name: 'Link to an analysis' });
    await row.getByRole('link', { name: 'shelf.jpg' }).waitFor();
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke for good' }).click();
    await row.getByText(/^Revoked /).waitFor();
  });

  test('an id that does not exist is told of, with the way back', async () => {
    await goTo('/analyses/an_01jd3k8m2ve5x9q0r7t4w6y8z1');
    await page.getByText('This analysis does not exist').waitFor();
    await expectAccessible(page);
  });
});
