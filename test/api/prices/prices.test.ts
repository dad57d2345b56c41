import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleFile } from '../../support/examples.ts';
import { awaitEnd, createTask, failures, type Submitted, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { drawTags } from '../../support/tags.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Price tags on the edge of a shelf, read with the real models. */
let sightline: TestSightline;
let user: User;
let taskId: string;
let submitted: Submitted;
let [shelf, unread]: Data[] = [];

/** Of the example, with the price 5.39: it is blurred, so that nobody can read it. */
const blurredTag = { left: 1322, top: 734, width: 100, height: 48 };

beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  taskId = await createTask(user, { readText: true, currency: 'EUR', pipeline: 'shelf-fast' });
  const example = Buffer.from(await (await exampleFile('shelves/3-household.jpg')).arrayBuffer());
  const illegible = await sharp(example).extract(blurredTag).blur(4).toBuffer();
  const household = sharp(example).composite([{ input: illegible, ...blurredTag }]);
  const file = new Blob([
    await drawTags(household, [
      {
        at: [215, 398],
        width: 150,
        height: 58,
        lines: [
          ['Dish liquid', 13],
          ['2,49', 26],
          ['1 kg = 4,98', 12],
        ],
      },
      {
        at: [670, 398],
        width: 170,
        height: 58,
        lines: [
          ['3 for 5.00', 26],
          ['4006381333931', 14],
        ],
      },
      // On a pack: a price of a competition is not that of the shelf.
      { at: [1180, 150], width: 140, height: 50, lines: [['$1.11', 30]] },
    ]),
  ]);
  submitted = await submitBatch(user, [{ file }, { file, options: { readText: false } }], { taskId });
  await awaitEnd(user, submitted);
  [shelf, unread] = (await user.run(readAnalyses, { ids: submitted.ids })).nodes;
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const readAnalyses = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis {
        id status image { id } coco texts { text detection { id } }
        priceTags {
          box { x y width height } normalized: box(unit: NORMALIZED) { x }
          price { amount currency } pieces unitPrice { price { amount currency } quantity unit }
          name barcode detections { id box { x y width height } }
        }
      }
    }
  }
`;

test('tags have the price, the unit price, the words and the number, and the products above them', () => {
  expect(shelf!.status).toBe('SUCCEEDED');
  const liquid = shelf!.priceTags.find(({ name }: Data) => name === 'Dish liquid');
  const three = shelf!.priceTags.find(({ pieces }: Data) => pieces === 3);
  expect(liquid).toMatchObject({
    price: { amount: '2.49', currency: 'EUR' },
    pieces: 1,
    unitPrice: { price: { amount: '4.98', currency: 'EUR' }, quantity: '1', unit: 'KILOGRAM' },
    barcode: null,
  });
  expect(three).toMatchObject({
    price: { amount: '5.00', currency: 'EUR' },
    unitPrice: null,
    name: null,
    barcode: '04006381333931',
  });
  expect(liquid.box.x).toBeGreaterThan(210);
  expect(liquid.box.y + liquid.box.height).toBeLessThan(470);
  expect(liquid.normalized.x * 1600).toBeCloseTo(liquid.box.x, 0);
  // The bottle right above it, and not the pack beside it, which has a tag of its own.
  expect(liquid.detections.some(({ box }: Data) => Math.abs(box.x - 222) < 15)).toBe(true);
  expect(three.detections.map(({ box }: Data) => Math.round(box.x / 100))).toContain(6);
  const linked = shelf!.priceTags.flatMap(({ detections }: Data) => detections.map(({ id }: Data) => id));
  expect(linked).toHaveLength(new Set(linked).size);
});

test('a tag whose price is not legible is found as well, with the products above it', () => {
  const { left, top, width, height } = blurredTag;
  const middle = { x: left + width / 2, y: top + height / 2 };
  const tag = shelf!.priceTags.find(
    ({ box }: Data) =>
      box.x < middle.x && middle.x < box.x + box.width && box.y < middle.y && middle.y < box.y + box.height,
  );
  expect(tag).toMatchObject({ price: null, unitPrice: null, name: null, barcode: null });
  expect(tag.detections.length).toBeGreaterThan(0);
});

test('a price on a pack is not that of the shelf', () => {
  expect(shelf!.texts.find(({ text }: Data) => text === '$1.11').detection).not.toBeNull();
  expect(shelf!.priceTags.map(({ price }: Data) => price?.amount)).not.toContain('1.11');
});

test('they are null where no text is read, and exported where it is', () => {
  expect(unread).toMatchObject({ status: 'SUCCEEDED', priceTags: null });
  expect(shelf!.coco.images[0].price_tags).toHaveLength(shelf!.priceTags.length);
  expect(unread!.coco.images[0]).not.toHaveProperty('price_tags');
});

test('the currency of a task is a code of ISO 4217', async () => {
  const mutation = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ...Failures ... on Task { currency } } } ${failures}`;
  const update = async (currency: string | null) =>
    (await user.run(mutation, { input: { id: taskId, currency } })).updateTask;
  expect(await update('SEK')).toEqual({ currency: 'SEK' });
  for (const wrong of ['eur', 'EURO', 'XQQ', ''])
    expect((await update(wrong)).issues).toEqual([
      {
        path: ['currency'],
        message: `currency is "${wrong}"; expected a code of ISO 4217 in capitals, for example EUR.`,
      },
    ]);
  expect(await update(null)).toEqual({ currency: null });
});

test('they are deleted with the picture', async () => {
  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }', { ids: [shelf!.image.id] });
  const [after] = (await user.run(readAnalyses, { ids: [shelf!.id] })).nodes;
  expect(after).toMatchObject({ image: null, texts: null, priceTags: null });
});
