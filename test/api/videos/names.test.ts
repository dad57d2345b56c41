import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Box, overlap } from '../../../src/recognition/box.ts';
import { exampleProducts } from '../../support/examples.ts';
import { awaitActive, createExampleItem, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeVideo, pan, videoEvents } from './client.ts';

/** Products of the rendered pan that are in the catalogue; its truth says which pack is which. */
const slugs = ['querrick-oat-rings', 'kolvaro-dark-roast', 'chazwick-paprika-crisps'];

interface Truth {
  tracks: { track: number; product: string | null }[];
  frames: { seconds: number; sightings: { track: number; box: [number, number, number, number] }[] }[];
}

let sightline: TestSightline;
let user: User;
let analysis: Data;
let events: Data[];
const slugOf = new Map<string, string>();
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  const products = await exampleProducts(...slugs);
  const items = await Promise.all(products.map((product) => createExampleItem(user, product)));
  for (const [index, id] of items.entries()) slugOf.set(id, slugs[index]!);
  await awaitActive(user, items);
  const sampling = { framesPerSecond: 2, maxFrames: 4 };
  const taskId = await createTask(user);
  const { id } = await analyzeVideo(user, { taskId, source: { upload: await pan() }, sampling });
  events = await user.collect(videoEvents, { filter: { ids: [id] } });
  const { node } = await user.run(
    `query ($id: ID!) { node(id: $id) { ... on VideoAnalysis { status
      frames { nodes { timeSeconds detections { track confidence objectness matchedBy catalogItem { id } } } }
      intervals(seconds: 10) { nodes { counts { count catalogItem { id } } } }
      tracks(minSightings: 1, first: 100) { nodes { track confidence catalogItem { id } bestSighting { timeSeconds box { x y width height } } } }
    } } }`,
    { id },
  );
  analysis = node;
}, 120_000);
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

/** What the pan shows at a place. */
async function productAt(truth: Truth, timeSeconds: number, box: Box): Promise<string | null | undefined> {
  const frame = truth.frames.reduce((a, b) =>
    Math.abs(b.seconds - timeSeconds) < Math.abs(a.seconds - timeSeconds) ? b : a,
  );
  const [best] = frame.sightings
    .map(({ track, box: [x, y, width, height] }) => ({ track, shared: overlap({ x, y, width, height }, box) }))
    .sort((a, b) => b.shared - a.shared);
  if (!best || best.shared < 0.5) return undefined;
  return truth.tracks.find(({ track }) => track === best.track)!.product;
}

test('tracks of products of the catalogue have the right names, and hardly any other track has one', async () => {
  expect(analysis.status).toBe('SUCCEEDED');
  const truth = JSON.parse(await readFile('examples/videos/truth.json', 'utf8')) as Truth;
  const counts = { right: 0, wrong: 0, unnamed: 0 };
  for (const { catalogItem, bestSighting } of analysis.tracks.nodes) {
    const shown = await productAt(truth, bestSighting.timeSeconds, bestSighting.box);
    const named = catalogItem ? slugOf.get(catalogItem.id) : null;
    const expected = shown !== undefined && slugs.includes(shown ?? '') ? shown : null;
    if (named !== expected && named !== null) counts.wrong += 1;
    else if (expected !== null) counts[named === null ? 'unnamed' : 'right'] += 1;
  }
  // The upper and the lower half of a bag are found as two products, and one of them is none by the truth.
  expect(counts.wrong).toBeLessThanOrEqual(4);
  expect(counts.right).toBeGreaterThanOrEqual(10);
  expect(counts.right).toBeGreaterThan(9 * counts.unnamed);
});

test('each detection of a frame has the name of its track, and is counted by it', async () => {
  const itemOf = new Map(analysis.tracks.nodes.map(({ track, catalogItem }: Data) => [track, catalogItem?.id ?? null]));
  const detections: Data[] = analysis.frames.nodes.flatMap((frame: Data) => frame.detections);
  expect(detections.filter(({ catalogItem }) => catalogItem).length).toBeGreaterThan(20);
  const counted = new Map<string | null, number>();
  for (const { track, catalogItem, matchedBy, confidence, objectness } of detections) {
    const item = catalogItem?.id ?? null;
    if (track !== null) expect(item).toBe(itemOf.get(track));
    expect(matchedBy).toBe(item === null ? null : 'VERIFIED');
    if (item === null) expect(confidence).toBe(objectness);
    counted.set(item, (counted.get(item) ?? 0) + 1);
  }
  const [{ counts }] = analysis.intervals.nodes;
  expect(new Map(counts.map(({ catalogItem, count }: Data) => [catalogItem?.id ?? null, count]))).toEqual(counted);
  const told = events.flatMap((event) => event.counts ?? []);
  expect(told.some(({ catalogItem }: Data) => catalogItem !== null)).toBe(true);
});
