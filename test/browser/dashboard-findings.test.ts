import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { createPlanogram } from '../api/planograms/client.ts';
import { drawCodes } from '../support/codes.ts';
import { exampleFile, exampleProducts } from '../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../support/recognition.ts';
import { drawTags } from '../support/tags.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** What the page of an analysis shows beside its products: a picture with a code, a price tag and a gap, and its planogram. */
const world = startDashboardWorld();
const crispsCode = '5901234123457';
const edgeCode = '9780201379624';
let analysisId: string;
beforeAll(async () => {
  const products = await exampleProducts(
    'lathwenna-dish-liquid',
    'hustavik-chickpeas',
    'vezzorina-passata',
    'kolvaro-dark-roast',
    'chazwick-paprika-crisps',
  );
  const items = await Promise.all(products.map((product) => createExampleItem(world.user, product)));
  await awaitActive(world.user, items);
  const [dishLiquid, chickpeas, passata, coffee] = items.map((catalogItemId) => ({ item: { catalogItemId } }));
  const taskId = await createTask(world.user, { readText: true, readCodes: true, findGaps: true, currency: 'EUR' });
  await createPlanogram(world.user, {
    taskId,
    name: 'Household',
    content: {
      shelves: [
        { positions: [{ ...dishLiquid, facings: 5 }] },
        // Coffee stands nowhere.
        { positions: [{ ...chickpeas, facings: 5, stack: 2 }, coffee, { ...passata, facings: 5 }] },
      ],
    },
  });
  const submitted = await submitBatch(world.user, [{ file: await picture(), externalId: 'household.jpg' }], { taskId });
  await awaitEnd(world.user, submitted);
  analysisId = submitted.ids[0]!;
}, 120_000);

/** Two packs of the middle shelf are covered by the dark behind them. */
async function picture(): Promise<Blob> {
  const dark = sharp({ create: { width: 206, height: 272, channels: 3, background: '#3a322c' } });
  const covered = await sharp(Buffer.from(await (await exampleFile('shelves/3-household.jpg')).arrayBuffer()))
    .composite([{ input: await dark.png().toBuffer(), left: 594, top: 466 }])
    .png()
    .toBuffer();
  const lines = [
    ['Dish liquid', 13],
    ['2,49', 26],
    ['1 kg = 4,98', 12],
  ] as const;
  const tagged = await drawTags(sharp(covered), [{ at: [215, 398], width: 150, height: 58, lines }]);
  return new Blob([
    await drawCodes(sharp(tagged), [
      { format: 'EAN13', text: crispsCode, at: [1494, 960], modulePx: 1.6 },
      { format: 'EAN13', text: edgeCode, at: [1000, 425], modulePx: 2 },
    ]),
  ]);
}

/** The colours that the lower edge of the gap is drawn with. */
async function coloursBelowGap(page: Page): Promise<string[]> {
  const read =
    'query ($id: ID!) { node(id: $id) { ... on Analysis { gaps { box(unit: NORMALIZED) { x y width height } } } } }';
  const { box } = (await world.user.run(read, { id: analysisId })).node.gaps[0];
  const frame = page.getByRole('group', { name: 'Picture' });
  const [image, canvas] = [(await frame.getByRole('img').boundingBox())!, (await frame.boundingBox())!];
  const line = {
    x: Math.round(image.x - canvas.x + box.x * image.width),
    y: Math.floor(image.y - canvas.y + (box.y + box.height) * image.height),
    width: Math.round(box.width * image.width),
  };
  const pixels = await frame.locator('canvas').evaluate((element, { x, y, width }) => {
    const context = (element as HTMLCanvasElement).getContext('2d')!;
    return [...context.getImageData(x, y, width, 1).data];
  }, line);
  const colours = Array.from({ length: line.width }, (_, at) => Buffer.from(pixels.slice(at * 4, at * 4 + 4)));
  const opaque = colours.filter(([r, g, b, alpha]) => alpha === 255 && r === g && g === b && (r === 0 || r === 255));
  return [...new Set(opaque.map((colour) => `#${colour.toString('hex').slice(0, 6)}`))].sort();
}

const listOf = (page: Page, name: string) => page.getByRole('list', { name, exact: true }).getByRole('listitem');

test('codes, price tags, gaps and compliance are listed, and gaps are drawn', async () => {
  const page = await world.signIn();
  await page.goto(`${world.sightline.url}/#/analyses/${analysisId}`);
  const codes = listOf(page, 'Codes');
  const onCrisps = codes.filter({ hasText: `${crispsCode} EAN-13` });
  await onCrisps.getByRole('button', { name: /crisps/i }).click();
  await onCrisps.locator('[aria-pressed="true"]').waitFor();
  // What was cut out of the picture, and the picture in the catalogue beside it.
  for (const caption of [/^In the picture/, /crisps.*\d%$/i]) {
    const shown = page.getByRole('figure').filter({ hasText: caption }).locator('img').first();
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  }
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await codes.filter({ hasText: edgeCode }).getByText('On no product').waitFor();
  await page.getByRole('term').filter({ hasText: 'Codes' }).waitFor();

  const tag = listOf(page, 'Price tags').filter({ hasText: '€2.49' });
  expect(await tag.textContent()).toMatch(/€2\.49 Dish liquid €4\.98 per kg3 facingsLathwenna/);

  await page.getByRole('heading', { name: /^Compliance: \d+%$/ }).waitFor();
  await page.getByText('Household, version 1. Unplanned products: ').waitFor();
  const positions = listOf(page, 'Planned positions');
  const statuses = (await positions.allTextContents()).map((text) => /Shelf.*/.exec(text)?.[0]);
  expect(statuses).toEqual([
    'Shelf 2, position 2: 0 of 1Another item',
    'Shelf 1, position 1: 5 of 5As planned',
    'Shelf 2, position 1: 10 of 10As planned',
    // At the right edge, behind which the planogram has two more.
    'Shelf 2, position 3: 3 of 3As planned',
  ]);
  const drawing = await page.getByRole('link', { name: 'Drawing' }).getAttribute('href');
  expect((await fetch(drawing!)).headers.get('content-type')).toContain('image/svg+xml');

  await page.getByRole('heading', { name: 'Gaps: 1' }).waitFor();
  await page.getByText('4% of the length of the shelves is empty.').waitFor();
  await listOf(page, 'Gaps').getByText('2 facings').waitFor();
  await expect.poll(() => coloursBelowGap(page)).toEqual(['#000000', '#ffffff']);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}, 120_000);
