import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { exampleFile, exampleProducts } from '../support/examples.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../support/recognition.ts';
import type { Data } from '../support/user.ts';
import { expectAccessible } from './support/accessibility.ts';
import { startDashboardWorld } from './support/dashboard-world.ts';

/** What a person says about facings: by keys, with a box, and taken back. */
const world = startDashboardWorld();
let page: Page;
let soda: string;
let tea: string;
/** Of two shelves. */
let analysisIds: string[];
beforeAll(async () => {
  const products = await exampleProducts('pondello-lemon-soda', 'wimborel-rosehip-tea');
  [soda, tea] = (await Promise.all(products.map((product) => createExampleItem(world.user, product)))) as [
    string,
    string,
  ];
  await awaitActive(world.user, [soda, tea]);
  const taskId = await createTask(world.user, { name: 'Audit', topCandidates: 5 });
  const shelf = async (file: string) => ({ file: await exampleFile(`shelves/${file}`), externalId: file });
  const submitted = await submitBatch(world.user, await Promise.all(['4-upright.jpg', '6-evening.jpg'].map(shelf)), {
    taskId,
  });
  await awaitEnd(world.user, submitted);
  analysisIds = submitted.ids;
});
beforeEach(async () => {
  await removeAll();
  page = await world.signIn();
});

const correctionsQuery = /* GraphQL */ `
  query ($id: ID!) {
    node(id: $id) {
      ... on Analysis {
        corrections { id verdict catalogItem { id } detection { id } box(unit: NORMALIZED) { x y width height } }
        detections { id confidence catalogItem { id } candidates { confidence catalogItem { id } } }
      }
    }
  }
`;

const read = async (id: string): Promise<Data> => (await world.user.run(correctionsQuery, { id })).node;
const corrections = async (id: string): Promise<Data[]> => (await read(id)).corrections;

/** Where everything is: as it was found, as corrections say, and in the corrected result. */
async function boxes(id: string): Promise<Data> {
  const query = /* GraphQL */ `
    query ($id: ID!) {
      node(id: $id) {
        ... on Analysis {
          corrections { detection { id } box(unit: NORMALIZED) { x y width height } }
          detections { id box(unit: NORMALIZED) { x y width height } }
          corrected: detections(basis: CORRECTED) { id box(unit: NORMALIZED) { x y width height } }
        }
      }
    }
  `;
  return (await world.user.run(query, { id })).node;
}

function inTheMiddle(all: Data[]): Data {
  const distance = ({ box }: Data) => Math.hypot(box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5);
  return all.toSorted((a, b) => distance(a) - distance(b))[0]!;
}

async function removeAll(): Promise<void> {
  for (const id of analysisIds) {
    const ids = (await corrections(id)).map((correction) => correction.id);
    if (ids.length > 0)
      await world.user.run('mutation ($ids: [ID!]!) { removeCorrections(ids: $ids) { results { __typename } } }', {
        ids,
      });
  }
}

/** Everything of one analysis, from the most doubtful on. */
async function review(id: string): Promise<void> {
  await page.goto(`${world.sightline.url}/#/review?analysis=${id}`);
  await page.getByRole('list', { name: 'What it may be' }).waitFor();
}

const left = async () =>
  Number(/^(\d+) to look at/.exec((await page.getByText(/to look at in this picture/).textContent())!)![1]);

test('keys say what a facing is: a candidate, unknown, or no product; each is saved, and can be taken back', async () => {
  const id = analysisIds[0]!;
  await review(id);
  const before = await left();
  const choice = page.getByRole('list', { name: 'What it may be' }).getByRole('button').first();
  const name = await choice.locator('span').nth(1).textContent();
  await page.keyboard.press('1');
  await expect.poll(left).toBe(before - 1);
  await page.keyboard.press('n');
  await page.keyboard.press('u');
  await page.getByText('3 corrected', { exact: true }).waitFor();
  await expectAccessible(page);
  const saved = await corrections(id);
  expect(saved.map(({ verdict }) => verdict)).toEqual(['ITEM', 'NOT_A_PRODUCT', 'UNKNOWN']);
  expect(saved[0]!.catalogItem.id).toBe(name === 'Pondello Lemon Soda' || /soda/i.test(name!) ? soda : tea);
  expect(new Set(saved.map(({ detection }) => detection.id)).size).toBe(3);

  await page.keyboard.press('z');
  await page.getByText('2 corrected', { exact: true }).waitFor();
  expect((await corrections(id)).map(({ verdict }) => verdict)).toEqual(['ITEM', 'NOT_A_PRODUCT']);
  expect(await left()).toBe(before - 2);
  await page.keyboard.press('s');
  await expect.poll(left).toBe(before - 3);
});

test('one key corrects all that were taken for the same', async () => {
  const id = analysisIds[0]!;
  await review(id);
  await page.getByRole('checkbox', { name: /alike/ }).waitFor();
  const alike = Number(/the (\d+) alike/.exec((await page.getByText(/the \d+ alike/).textContent())!)![1]);
  await page.keyboard.press('a');
  await page.keyboard.press('2');
  await page.getByText(`${alike + 1} corrected`, { exact: true }).waitFor();
  const saved = await corrections(id);
  expect(saved).toHaveLength(alike + 1);
  expect(new Set(saved.map(({ catalogItem }) => catalogItem.id)).size).toBe(1);
  await page.keyboard.press('z');
  await page.getByText('0 corrected', { exact: true }).waitFor();
  expect(await corrections(id)).toEqual([]);
});

test('a product that was missed is drawn, its box changed, and named', async () => {
  const id = analysisIds[0]!;
  await review(id);
  await page.keyboard.press('d');
  await page.getByRole('heading', { name: 'A missed product' }).waitFor();
  const picture = page.getByRole('group', { name: 'Picture' });
  await page.getByRole('button', { name: 'Show the whole picture' }).click();
  const image = (await picture.getByRole('img').boundingBox())!;
  const at = (x: number, y: number) => [image.x + x * image.width, image.y + y * image.height] as const;
  await page.mouse.move(...at(0.01, 0.01));
  await page.mouse.down();
  await page.mouse.move(...at(0.05, 0.03), { steps: 3 });
  await page.mouse.up();
  await page.mouse.move(...at(0.05, 0.03));
  await page.mouse.down();
  await page.mouse.move(...at(0.06, 0.04), { steps: 3 });
  await page.mouse.up();
  await page.getByText('Say what it is.').waitFor();
  await expectAccessible(page);
  await page.getByLabel('Another item (/)').pressSequentially('Wimborel Rose');
  await expect.poll(() => page.locator('datalist option').count()).toBeGreaterThan(0);
  await page
    .getByLabel('Another item (/)')
    .fill((await page.locator('datalist option').first().getAttribute('value'))!);
  await page.getByText('1 corrected', { exact: true }).waitFor();
  const [saved] = await corrections(id);
  expect(saved).toMatchObject({ verdict: 'ITEM', catalogItem: { id: tea }, detection: null });
  expect(saved!.box.width).toBeCloseTo(0.05, 1);
  // By keys alone.
  await page.keyboard.press('d');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('>');
  await page.keyboard.press('u');
  await page.getByText('2 corrected', { exact: true }).waitFor();
});

test('the box of a facing is moved and resized by pointer and by keys, saved with its name, and taken back', async () => {
  const id = analysisIds[0]!;
  await review(id);
  const before = await left();
  const picture = page.getByRole('group', { name: 'Picture' });
  const { id: facingId, box: found } = inTheMiddle((await boxes(id)).detections);
  const middle = async () => {
    const image = (await picture.getByRole('img').boundingBox())!;
    const [x, y] = [found.x + found.width / 2, found.y + found.height / 2];
    return { at: [image.x + x * image.width, image.y + y * image.height] as const, image };
  };
  await page.getByRole('button', { name: 'Show the whole picture' }).click();
  await page.mouse.click(...(await middle()).at);
  await page.keyboard.press('b');
  await page.getByText(/^Put the box around the product/).waitFor();
  await expectAccessible(page);
  const drag = async (from: readonly [number, number], by: readonly [number, number]) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(from[0] + by[0], from[1] + by[1], { steps: 3 });
    await page.mouse.up();
  };
  // Its inside moves it, a corner changes its size.
  const { at, image } = await middle();
  await drag(at, [24, 18]);
  const [right, bottom] = [
    image.x + (found.x + found.width) * image.width,
    image.y + (found.y + found.height) * image.height,
  ];
  await drag([right + 24, bottom + 18], [30, 0]);
  await page.keyboard.press('1');
  await page.getByText('1 corrected', { exact: true }).waitFor();
  const [saved] = (await boxes(id)).corrections;
  expect(saved.detection.id).toBe(facingId);
  expect((saved.box.x - found.x) * image.width).toBeCloseTo(24, 0);
  expect((saved.box.y - found.y) * image.height).toBeCloseTo(18, 0);
  expect((saved.box.width - found.width) * image.width).toBeCloseTo(30, 0);
  expect(saved.box.height).toBeCloseTo(found.height, 3);

  await page.keyboard.press('z');
  await page.getByText('0 corrected', { exact: true }).waitFor();
  expect(await corrections(id)).toEqual([]);
  await expect.poll(left).toBe(before);
  // By keys alone; it is not saved before somebody says what it is.
  await page.keyboard.press('b');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('>');
  await page.keyboard.press('Escape');
  expect(await corrections(id)).toEqual([]);
  await page.keyboard.press('b');
  for (let times = 0; times < 3; times++) await page.keyboard.press('.');
  await page.keyboard.press('u');
  await page.getByText('1 corrected', { exact: true }).waitFor();
  const [taller] = (await boxes(id)).corrections;
  expect(taller.detection.id).toBe(facingId);
  expect(taller.box.height - found.height).toBeCloseTo(0.012, 3);
  expect(taller.box.x).toBeCloseTo(found.x, 3);
  expect((await boxes(id)).corrected.find((one: Data) => one.id === facingId).box).toEqual(taller.box);
});

test('a product that is not in the catalogue becomes an item of it, once for all that are alike', async () => {
  const id = analysisIds[1]!;
  await review(id);
  const many = page.getByRole('checkbox', { name: /alike/ });
  for (let tries = await left(); tries > 0 && (await many.count()) === 0; tries--) await page.keyboard.press('s');
  await page.keyboard.press('a');
  await page.keyboard.press('i');
  await page.getByLabel('Name of the new item').fill('Paprika crisps');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await page.getByText(/^[1-9]\d* corrected$/).waitFor();
  const saved = await corrections(id);
  expect(saved.length).toBeGreaterThan(1);
  const { catalogItems } = await world.user.run(
    '{ catalogItems(filter: { text: "Paprika crisps" }) { nodes { id } } }',
  );
  expect(catalogItems.nodes).toHaveLength(1);
  expect(new Set(saved.map(({ catalogItem }) => catalogItem.id))).toEqual(new Set([catalogItems.nodes[0].id]));
});

test('the queue begins with the least certain picture, and has the next one ready', async () => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('link', { name: 'Review', exact: true }).click();
  await page.getByRole('list', { name: 'What it may be' }).waitFor();
  const { analyses } = await world.user.run(
    '{ analyses(orderBy: { field: CONFIDENCE, direction: ASC }) { nodes { id externalId image { id } } } }',
  );
  const [first, second] = analyses.nodes;
  await page.getByRole('link', { name: first.externalId }).waitFor();
  await expect.poll(() => asked.some((url) => url.includes(`/images/${second.image.id}`))).toBe(true);
  await page.getByRole('button', { name: 'Next picture' }).click();
  await page.getByRole('link', { name: second.externalId }).waitFor();
  await page.getByRole('button', { name: 'Next picture' }).click();
  await page.getByText('Nothing is left to review').waitFor();
  await expectAccessible(page);
});

test('a page of an analysis shows what was corrected, and what it was', async () => {
  const id = analysisIds[0]!;
  const { detections } = await read(id);
  const wrong = detections.find(({ catalogItem }: Data) => catalogItem?.id === soda);
  await world.user.run(
    /* GraphQL */ `mutation ($input: CorrectDetectionsInput!) { correctDetections(input: $input) { __typename } }`,
    { input: { corrections: [{ target: { detectionId: wrong.id }, verdict: { catalogItemId: tea } }] } },
  );
  await page.goto(`${world.sightline.url}/#/analyses/${id}`);
  const teas = page.getByRole('list', { name: 'What was found' }).getByRole('button', { name: 'Rosehip' });
  await teas.first().waitFor();
  const found = await teas.count();
  const basis = page.getByRole('group', { name: 'Result' });
  await basis.getByLabel('Corrected').click();
  await expect.poll(() => teas.count()).toBe(found + 1);
  // The most certain one comes first, and a person is certain.
  await teas.first().click();
  await page.getByText('Named by a person.').waitFor();
  await expectAccessible(page);
  await basis.getByLabel('Found').click();
  await expect.poll(() => teas.count()).toBe(found);
  await page.getByRole('link', { name: 'Review' }).last().click();
  await page.getByRole('list', { name: 'What it may be' }).waitFor();
});

test('on a phone', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await review(analysisIds[1]!);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole('button', { name: 'Not a product' }).click();
  await page.getByText('1 corrected', { exact: true }).waitFor();
  await expectAccessible(page);
});
