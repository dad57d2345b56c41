import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawCodes, whitePicture } from '../../support/codes.ts';
import { parseCsvObjects } from '../../support/csv.ts';
import { exampleBase64, exampleFile, exampleProducts, exampleShelf, productAt } from '../../support/examples.ts';
import {
  awaitActive,
  awaitEnd,
  createItem,
  createTask,
  type Submitted,
  submitBatch,
  trySubmit,
} from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { download, exportAll } from '../exports/client.ts';

/** Codes on a shelf with the real engine: packs with codes on them, a tag below them, and what that does to names. */
const household = 'shelves/3-household.jpg';
/** Of the packs that have no name otherwise, from the left: they are as wide as a barcode needs. */
const [straight, turned, twofold] = [
  [740, 260],
  [990, 230],
  [1250, 200],
] as const;
/** The crisps of the lowest shelf. */
const crisps = [1494, 960] as const;
/** The edge of the upper shelf. */
const edge = [740, 425] as const;

const soap = '4006381333931';
/** The EAN-13 of a UPC-A. */
const cloths = '0036000291452';
const tea = '5901234123457';
const [jam, salt] = ['96385074', '12345670'];
const unknown = '9780201379624';
const link = 'https://id.example/01/09506000134352/21/\u0001serial';

let sightline: TestSightline;
let user: User;
let reading: string;
let items: Record<string, string>;
let submitted: Submitted;
let analyses: Data[];
let [shelf, unread, unmatched, restricted, empty]: Data[] = [];

beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const [known, other] = await exampleProducts('chazwick-paprika-crisps', 'wimborel-mint-tea');
  const pictures = await Promise.all([known!, other!].map(async ({ file }) => ({ base64: await exampleBase64(file) })));
  const create = async (name: string, barcode: string | null, picture: number, tags: string[] = []) => {
    const { id } = await createItem(user, { name, barcode, tags, thumbnail: pictures[picture] });
    return [name, id] as const;
  };
  items = Object.fromEntries([
    await create('crisps', null, 0),
    await create('soap', soap, 1, ['DE']),
    await create('cloths', '036000291452', 1),
    await create('tea', tea, 1),
    await create('jam', jam!, 1),
    await create('salt', salt!, 1),
  ]);
  await awaitActive(user, Object.values(items));
  reading = await createTask(user, { readCodes: true, topCandidates: 2 });
  const plain = await createTask(user, { topCandidates: 2 });
  const file = new Blob([
    await drawCodes(sharp(Buffer.from(await (await exampleFile(household)).arrayBuffer())), [
      { format: 'EAN13', text: soap, at: straight, modulePx: 1.7 },
      { format: 'EAN13', text: cloths, at: turned, modulePx: 1.7, angle: 45 },
      { format: 'EAN8', text: jam!, at: [twofold[0], 160], modulePx: 1.5 },
      { format: 'EAN8', text: salt!, at: [twofold[0], 280], modulePx: 1.5 },
      { format: 'EAN13', text: tea, at: crisps, modulePx: 1.6 },
      { format: 'EAN13', text: unknown, at: edge, modulePx: 2 },
      { format: 'QRCode', text: link, at: [550, 960], modulePx: 3 },
    ]),
  ]);
  submitted = await submitBatch(
    user,
    [
      { file },
      { file, taskId: plain },
      { file, taskId: plain, options: { readCodes: true, matchCatalog: false } },
      { file, options: { restrictToTags: ['DE'] } },
      { file: await exampleFile(household) },
      { file, options: { readCodes: false } },
    ],
    { taskId: reading },
  );
  await awaitEnd(user, submitted);
  analyses = (await user.run(readAnalyses, { ids: submitted.ids })).nodes;
  [shelf, unread, unmatched, restricted, empty] = analyses;
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const readAnalyses = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Analysis {
        id status failure { code message } warnings { code } timings { codesMs } image { id }
        codes {
          value format gtin box { x y width height } normalized: quadrilateral(unit: NORMALIZED) { x y }
          quadrilateral { x y } detection { id }
        }
        detections {
          id box { x y width height } confidence objectness matchedBy catalogItem { id }
          candidates { catalogItem { id } confidence }
        }
        coco
      }
    }
  }
`;

/** The detection around a point. */
function detectionAt({ detections }: Data, [x, y]: readonly [number, number]): Data {
  return detections.find(({ box }: Data) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height);
}

function codesOf({ codes }: Data, value: string): Data[] {
  return codes.filter((code: Data) => code.value === value);
}

test('every code is read, with its format, its product number and the product that it is on', () => {
  expect(shelf!.status).toBe('SUCCEEDED');
  const brief = shelf!.codes.map(({ value, format, gtin, detection }: Data) => [
    value,
    format,
    gtin,
    detection?.id ?? null,
  ]);
  const idAt = (at: readonly [number, number]) => detectionAt(shelf!, at).id;
  expect(new Map(brief.map((one: unknown[]) => [`${one[0]} ${one[3]}`, one]))).toEqual(
    new Map(
      [
        [soap, 'EAN_13', `0${soap}`, idAt(straight)],
        ['036000291452', 'UPC_A', `0${cloths}`, idAt(turned)],
        [jam, 'EAN_8', `000000${jam}`, idAt(twofold)],
        [salt, 'EAN_8', `000000${salt}`, idAt(twofold)],
        [tea, 'EAN_13', `0${tea}`, idAt(crisps)],
        [unknown, 'EAN_13', `0${unknown}`, null],
        [link.replace('\u0001', '<SOH>'), 'QR_CODE', '09506000134352', idAt([550, 960])],
      ].map((one) => [`${one[0]} ${one[3]}`, one]),
    ),
  );
  expect(shelf!.codes).toHaveLength(7);
  expect(shelf!.timings.codesMs).toBeGreaterThan(0);
});

test('codes are where they were drawn', () => {
  const [code] = codesOf(shelf!, soap);
  const { box, quadrilateral, normalized } = code!;
  // 95 modules between the outer bars.
  expect(Math.abs(box.width - 95 * 1.7)).toBeLessThan(5);
  expect(Math.abs(box.x + box.width / 2 - straight[0])).toBeLessThan(5);
  expect(box.y).toBeGreaterThan(straight[1] - 70);
  expect(box.y + box.height).toBeLessThan(straight[1] + 70);
  expect(quadrilateral).toHaveLength(4);
  expect(normalized[0].x * 1600).toBeCloseTo(quadrilateral[0].x, 0);
  const [tilted] = codesOf(shelf!, '036000291452');
  const [a, b] = tilted!.quadrilateral;
  expect((Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI).toBeCloseTo(45, -1);
});

describe('a product is named by its own code', () => {
  test('where nothing else names it', () => {
    expect(detectionAt(unread!, straight)).toMatchObject({ catalogItem: null, matchedBy: null });
    expect(detectionAt(shelf!, straight)).toMatchObject({
      catalogItem: { id: items.soap },
      confidence: 1,
      matchedBy: 'BARCODE',
      candidates: [{ catalogItem: { id: items.soap }, confidence: 1 }, expect.anything()],
    });
  });

  test('when the item has the same number as a UPC-A', () => {
    expect(detectionAt(shelf!, turned)).toMatchObject({ catalogItem: { id: items.cloths }, matchedBy: 'BARCODE' });
  });

  test('whatever it looks like; how it looks stays a candidate', () => {
    expect(detectionAt(unread!, crisps)).toMatchObject({ catalogItem: { id: items.crisps }, matchedBy: 'VERIFIED' });
    const { candidates, ...detection } = detectionAt(shelf!, crisps);
    expect(detection).toMatchObject({ catalogItem: { id: items.tea }, matchedBy: 'BARCODE' });
    expect(candidates.map(({ catalogItem }: Data) => catalogItem.id)).toEqual([items.tea, items.crisps]);
  });

  test('unless its codes are those of two items', () => {
    expect(detectionAt(shelf!, twofold).matchedBy).not.toBe('BARCODE');
  });

  test('unless the analysis does not look for the item, or for any', () => {
    expect(unmatched!.codes).toHaveLength(7);
    expect(unmatched!.detections.map(({ matchedBy }: Data) => matchedBy)).toEqual(
      unmatched!.detections.map(() => null),
    );
    expect(detectionAt(restricted!, straight)).toMatchObject({ catalogItem: { id: items.soap }, matchedBy: 'BARCODE' });
    expect(detectionAt(restricted!, crisps).matchedBy).not.toBe('BARCODE');
  });

  test('and no other product is', async () => {
    const { facings } = await exampleShelf(household);
    const named = shelf!.detections.filter(({ matchedBy }: Data) => matchedBy === 'BARCODE');
    expect(named).toHaveLength(3);
    const others = shelf!.detections.filter(({ matchedBy }: Data) => matchedBy !== 'BARCODE');
    for (const { box, catalogItem } of others)
      if (catalogItem) expect(productAt(facings, box)).toBe('chazwick-paprika-crisps');
  });
});

test('codes are null where they were not requested, and a list where they were', () => {
  expect(analyses.map(({ codes }) => codes?.length ?? null)).toEqual([7, null, 7, 7, 0, null]);
  expect(empty).toMatchObject({ warnings: [] });
  expect(unread!.timings).toEqual({ codesMs: null });
});

test('exports contain them', async () => {
  const [image] = shelf!.coco.images;
  expect(image.codes).toHaveLength(7);
  const at = shelf!.detections.findIndex(({ id }: Data) => id === detectionAt(shelf!, straight).id);
  expect(image.codes).toContainEqual({
    value: soap,
    format: 'EAN_13',
    gtin: `0${soap}`,
    quadrilateral: codesOf(shelf!, soap)[0]!.quadrilateral.flatMap(({ x, y }: Data) => [x, y]),
    detection_index: at,
  });
  expect(unread!.coco.images[0]).not.toHaveProperty('codes');
  expect(shelf!.coco.annotations[at].matched_by).toBe('BARCODE');
});

test('JSONL and CSV have them too, those on no product included', async () => {
  const filter = { ids: [shelf!.id] };
  const [line] = (await download(await exportAll(user, 'JSONL', filter))).trimEnd().split('\n');
  const { codes, detections } = JSON.parse(line!);
  const { detection, quadrilateral } = codesOf(shelf!, soap)[0]!;
  expect(codes).toHaveLength(7);
  expect(codes).toContainEqual({
    value: soap,
    format: 'EAN_13',
    gtin: `0${soap}`,
    quadrilateral,
    detectionId: detection.id,
  });
  expect(detections.filter(({ matchedBy }: Data) => matchedBy === 'BARCODE')).toHaveLength(3);
  const records = parseCsvObjects(await download(await exportAll(user, 'CSV', filter)));
  const at = Number(detection.id.split('-').at(-1));
  expect(JSON.parse(records[at]!.codes!)).toEqual([soap]);
  for (const record of records) expect(JSON.parse(record.codes_elsewhere!)).toEqual([unknown]);
});

describe('a picture that is made to be trouble', () => {
  test('of more codes than are listed has a warning', async () => {
    const row = await drawCodes(
      whitePicture(1900, 100),
      Array.from({ length: 21 }, (_, index) => ({
        format: 'QRCode' as const,
        text: `#${index}`,
        at: [50 + index * 90, 50] as const,
        modulePx: 2,
      })),
    );
    const rows = Array.from({ length: 10 }, (_, index) => ({ input: row, left: 0, top: index * 100 }));
    const file = new Blob([new Uint8Array(await whitePicture(1900, 1000).composite(rows).png().toBuffer())]);
    const batch = await submitBatch(user, [{ file, taskId: reading }]);
    await awaitEnd(user, batch);
    const [found] = (await user.run(readAnalyses, { ids: batch.ids })).nodes;
    expect(found.codes).toHaveLength(200);
    expect(found).toMatchObject({ status: 'SUCCEEDED', warnings: [{ code: 'CODES_INCOMPLETE' }] });
  });

  test('with the largest code and with control characters is stored as it is read', async () => {
    const long = 'A'.repeat(4_296);
    const control = 'a\u0000b\u001b[31mc\u2028d\td';
    const file = new Blob([
      await drawCodes(whitePicture(1500, 800), [
        { format: 'QRCode', text: long, at: [400, 400], modulePx: 4 },
        { format: 'QRCode', text: control, at: [1200, 400], modulePx: 6 },
      ]),
    ]);
    const batch = await submitBatch(user, [{ file, taskId: reading }]);
    await awaitEnd(user, batch);
    const [found] = (await user.run(readAnalyses, { ids: batch.ids })).nodes;
    expect(found.codes.map(({ value }: Data) => value).sort()).toEqual([long, 'a<NUL>b<ESC>[31mc\u2028d<HT>d'].sort());
  });
});

test('deleting the picture deletes its codes, and leaves the names', async () => {
  const ids = [restricted!.image.id];
  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { __typename } }', { ids });
  const [after] = (await user.run(readAnalyses, { ids: [restricted!.id] })).nodes;
  expect(after).toMatchObject({ image: null, codes: null });
  expect(after.coco.images[0]).not.toHaveProperty('codes');
  expect(detectionAt(after, straight)).toMatchObject({ catalogItem: { id: items.soap }, matchedBy: 'BARCODE' });
});

test('only DETECTION tasks read codes', async () => {
  const created = await user.run(
    `mutation { createTask(input: { name: "Labels", type: CLASSIFICATION, readCodes: true }) {
      __typename ... on ValidationError { issues { path message } } } }`,
  );
  expect(created.createTask).toEqual({
    __typename: 'ValidationError',
    issues: [{ path: ['readCodes'], message: expect.stringContaining('A CLASSIFICATION task finds no products') }],
  });
  const labels = await createTask(user, { type: 'CLASSIFICATION' });
  const answer = await trySubmit(user, [{ file: await exampleFile(household), options: { readCodes: true } }], {
    taskId: labels,
  });
  expect(answer.issues).toEqual([
    { path: ['images', '0', 'options', 'readCodes'], message: 'It has no effect on a CLASSIFICATION task. Omit it.' },
  ]);
});

test('the setting of a task is changed and read', async () => {
  const change = async (readCodes: boolean | null) => {
    const mutation = `mutation ($input: UpdateTaskInput!) { updateTask(input: $input) { ... on Task { readCodes } } }`;
    return (await user.run(mutation, { input: { id: reading, readCodes } })).updateTask.readCodes;
  };
  expect([await change(false), await change(true), await change(null)]).toEqual([false, true, false]);
});
