import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeId } from '../../../src/ids.ts';
import { exampleBase64, exampleProducts } from '../../support/examples.ts';
import { picture } from '../../support/pictures.ts';
import { awaitActive, awaitEnd, createExampleItem, createTask, submitBatch } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** Annotated pictures and crops of a shelf that a real engine has recognised. */
let sightline: TestSightline;
let user: User;
let shelf: Data;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const products = await exampleProducts('querrick-oat-rings', 'dunnaby-plum-jam', 'kolvaro-dark-roast');
  const items = await Promise.all(products.map((product) => createExampleItem(user, product)));
  await awaitActive(user, items);
  const bytes = Buffer.from(await exampleBase64('shelves/1-breakfast.jpg'), 'base64');
  // Turned, with metadata: neither is to be seen in what is made of it.
  const turned = await sharp(bytes).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
  const file = new Blob([Uint8Array.from(turned)]);
  const submitted = await submitBatch(user, [{ file, index: false }], { taskId: await createTask(user) });
  await awaitEnd(user, submitted);
  shelf = await find(submitted.ids[0]!);
}, 120_000);
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

const fields = /* GraphQL */ `
  id status image { id sha256 url }
  full: annotatedUrl
  small: annotatedUrl(width: 600)
  sure: annotatedUrl(width: 640, minConfidence: 0.84)
  surer: annotatedUrl(width: 640, minConfidence: 0.8)
  detections { box { x y width height } confidence cropUrl small: cropUrl(width: 1) large: cropUrl(width: 2000) }
`;

async function find(id: string): Promise<Data> {
  return (await user.run(`query ($id: ID!) { node(id: $id) { ... on Analysis { ${fields} } } }`, { id })).node;
}

async function read(url: string, accept = '*/*') {
  const answer = await fetch(url, { headers: { accept } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()), { autoOrient: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { type: answer.headers.get('content-type'), width: info.width, height: info.height, data, at };
}

/** Mean difference of two pictures of one size, 0..255. */
function difference(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, index) => sum + Math.abs(value - other[index]!), 0) / one.length;
}

async function stored({ sha256 }: Data): Promise<string[]> {
  const names = await readdir(join(sightline.dataDir, 'blobs'), { recursive: true });
  return names.flatMap((name) => (name.includes(sha256) ? [name.split('/').at(-1)!.slice(64)] : [])).sort();
}

describe('annotatedUrl', () => {
  test('shows the picture upright with a box around each product, and a legend below', async () => {
    expect(shelf.detections.length).toBeGreaterThan(20);
    const [original, annotated] = await Promise.all([read(shelf.image.url), read(shelf.full)]);
    expect(annotated).toMatchObject({ type: 'image/jpeg', width: 1600 });
    expect(annotated.height).toBeGreaterThan(1230);
    const apart = (x: number, y: number) => difference(Buffer.from(original.at(x, y)), Buffer.from(annotated.at(x, y)));
    const edges = shelf.detections.map(({ box }: Data) => apart(Math.round(box.x), Math.round(box.y + box.height / 3)));
    expect(edges.filter((value: number) => value > 15).length).toBeGreaterThan(shelf.detections.length * 0.8);
    // In a corner nothing is drawn, and below the picture there is a ground for the legend.
    expect(apart(5, 5)).toBeLessThan(12);
    expect(annotated.at(2, annotated.height - 3).every((value) => value > 240)).toBe(true);
  });

  test('in the width that is asked for, and as WebP for who takes no JPEG', async () => {
    expect(await read(shelf.small)).toMatchObject({ type: 'image/jpeg', width: 640 });
    expect(await read(shelf.small, 'image/webp')).toMatchObject({ type: 'image/webp', width: 640 });
  });

  test('with the products of some confidence at least, in steps of 0.05', async () => {
    expect(shelf.sure).toBe(shelf.surer);
    const [all, sure] = await Promise.all([read(shelf.small), read(shelf.sure)]);
    const rows = 480 * 640 * 3;
    const spared = shelf.detections.filter(({ confidence }: Data) => confidence < 0.8);
    expect(spared.length).toBeGreaterThan(0);
    expect(difference(all.data.subarray(0, rows), sure.data.subarray(0, rows))).toBeGreaterThan(0.1);
  });

  test.each(['width: 0', 'minConfidence: -0.1', 'minConfidence: 1.1'])('refuses %s', async (argument) => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Analysis { annotatedUrl(${argument}) } } }`;
    expect(await user.fail(query, { id: shelf.id })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('cropUrl', () => {
  test('shows what the box shows, never enlarged', async () => {
    const [{ box, cropUrl, small, large }] = shelf.detections;
    const original = await read(shelf.image.url);
    const [left, top] = [Math.floor(box.x), Math.floor(box.y)];
    const [right, bottom] = [Math.ceil(box.x + box.width), Math.ceil(box.y + box.height)];
    const region = { left, top, width: right - left, height: bottom - top };
    const expected = await sharp(original.data, { raw: { width: 1600, height: 1200, channels: 3 } })
      .extract(region)
      .raw()
      .toBuffer();
    const crop = await read(cropUrl);
    expect(crop).toMatchObject({ type: 'image/jpeg', width: region.width, height: region.height });
    expect(difference(crop.data, expected)).toBeLessThan(6);
    expect((await read(large)).width).toBe(region.width);
    expect((await read(small)).width).toBe(Math.min(region.width, 320));
  });
});

test('a link is good for what it was made for, and for nothing else', async () => {
  const crop: string = shelf.detections[0].cropUrl;
  const { signature, expires } = Object.fromEntries(new URL(crop).searchParams);
  for (const [url, field] of [
    [crop.replace('detection=0', 'detection=1'), 'cropUrl'],
    [crop.replace('width=full', 'width=320'), 'cropUrl'],
    [shelf.sure.replace('confidence=80', 'confidence=0'), 'annotatedUrl'],
    [shelf.sure.replace('width=640', 'width=full'), 'annotatedUrl'],
    [crop.replace('/crops/', '/annotated/'), 'annotatedUrl'],
    [`${sightline.url}/annotated/${shelf.id}?expires=${expires}&signature=${signature}`, 'annotatedUrl'],
  ]) {
    const answer = await fetch(url);
    expect([answer.status, (await answer.json()).message]).toEqual([403, expect.stringContaining(field)]);
  }
  const other = createUser({ ...sightline, ...(await sightline.createTenant()) });
  const query = 'query ($id: ID!) { node(id: $id) { ... on Analysis { annotatedUrl } } }';
  expect(await other.run(query, { id: shelf.id })).toEqual({ node: null });
});

test('there is none of an analysis that has not succeeded', async () => {
  const whole = await picture({ width: 300, height: 300, noise: true });
  const file = new Blob([whole.subarray(0, whole.length / 2)]);
  const submitted = await submitBatch(user, [{ file, index: false }], { taskId: await createTask(user) });
  await awaitEnd(user, submitted);
  expect(await find(submitted.ids[0]!)).toMatchObject({ status: 'FAILED', full: null });
});

test('they go with their analysis, and with their image', async () => {
  const again = await submitBatch(user, [{ source: { imageId: shelf.image.id } }], { taskId: await createTask(user) });
  await awaitEnd(user, again);
  const second = await find(again.ids[0]!);
  for (const { small, detections } of [shelf, second]) await Promise.all([read(small), read(detections[0].small)]);
  const ofAnalysis = (names: string[], { id }: Data) =>
    names.filter((name) => name.includes(decodeId('analysis', id)!));
  expect(ofAnalysis(await stored(shelf.image), second)).toHaveLength(2);

  await user.run('mutation ($ids: [ID!]!) { deleteAnalyses(ids: $ids) { results { __typename } } }', {
    ids: [second.id],
  });
  const left = await stored(shelf.image);
  expect(ofAnalysis(left, second)).toEqual([]);
  expect(ofAnalysis(left, shelf).length).toBeGreaterThan(1);
  expect(left).toContain('.w320');
  expect((await fetch(second.small)).status).toBe(404);

  await user.run('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { results { __typename } } }', {
    ids: [shelf.image.id],
  });
  expect(await stored(shelf.image)).toEqual([]);
  const { full, detections } = await find(shelf.id);
  expect([full, detections[0].cropUrl]).toEqual([null, null]);
  expect((await fetch(shelf.small)).status).toBe(404);
  expect((await fetch(shelf.detections[0].cropUrl)).status).toBe(404);
});
