import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId, encodeId } from '../../../src/ids.ts';
import type { FoundFrame } from '../../../src/video-analyses/found.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { frameAt, frameDetection, insertVideoResult } from '../../support/stored-videos.ts';
import { createUser, type Data, type User } from '../../support/user.ts';

/** How the results of video analyses are read, part by part. The results are made here, and there is no worker. */
let sightline: TestSightline;
let user: User;
let taskId: string;
let item: { id: string };
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  taskId = await createTask(user);
  item = await createItem(user, { thumbnail: { base64: await pictureBase64() } });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

/** @returns the id of an analysis with these results */
async function store(results: Parameters<typeof insertVideoResult>[2]): Promise<string> {
  const { pool } = sightline.database;
  const { rows } = await pool.query('select organization_id from task where id = $1', [decodeId('task', taskId)]);
  const owner = { organizationId: rows[0].organization_id, taskId: decodeId('task', taskId)!, videoId: null };
  return encodeId('videoAnalysis', await insertVideoResult(pool, owner, results));
}

const deer = (timeSeconds: number): FoundFrame => frameAt(timeSeconds, [frameDetection({ label: 'deer' })]);

/** All pages of a list of the analysis. */
async function readPages(id: string, list: 'frames' | 'intervals', first: number, args: Data = {}): Promise<Data[][]> {
  const given = Object.entries(args).map(([name, value]) => `, ${name}: ${value}`);
  const fields = list === 'frames' ? 'timeSeconds' : 'fromSeconds toSeconds frames counts { label count }';
  const pages: Data[][] = [];
  for (let after: string | null = null; ; ) {
    const { node } = await user.run(
      `query ($id: ID!, $first: Int!, $after: String) { node(id: $id) { ... on VideoAnalysis {
        ${list}(first: $first, after: $after${given.join('')}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } } } }`,
      { id, first, after },
    );
    pages.push(node[list].nodes);
    if (!node[list].pageInfo.hasNextPage) return pages;
    after = node[list].pageInfo.endCursor;
  }
}

test.each([0.1, 0.2, 0.3, 0.7, 1, 1.9])('intervals of %d s are the same in pages of one', async (seconds) => {
  const times = Array.from({ length: 25 }, (_, index) => index / 10);
  const id = await store({ frames: times.map(deer), tracks: [] });
  const [whole] = await readPages(id, 'intervals', 100, { seconds });
  expect(whole!.reduce((sum, { frames }) => sum + frames, 0)).toBe(times.length);
  expect((await readPages(id, 'intervals', 1, { seconds })).flat()).toEqual(whole);
});

test('intervals of a video that is longer than an hour are whole, and none is missing', async () => {
  const id = await store({ frames: [0, 10, 3_590, 3_700, 4_000, 9_000].map(deer), tracks: [] });
  const intervals = [
    { fromSeconds: 0, toSeconds: 1_000, frames: 2, counts: [{ label: 'deer', count: 2 }] },
    { fromSeconds: 3_000, toSeconds: 4_000, frames: 2, counts: [{ label: 'deer', count: 2 }] },
    { fromSeconds: 4_000, toSeconds: 5_000, frames: 1, counts: [{ label: 'deer', count: 1 }] },
    { fromSeconds: 9_000, toSeconds: 10_000, frames: 1, counts: [{ label: 'deer', count: 1 }] },
  ];
  expect(await readPages(id, 'intervals', 100, { seconds: 1_000 })).toEqual([intervals]);
  expect((await readPages(id, 'intervals', 1, { seconds: 1_000 })).flat()).toEqual(intervals);
});

test('a part of a video begins with its first second and ends before its last', async () => {
  const id = await store({ frames: [0, 0.5, 1, 1.5, 2].map(deer), tracks: [] });
  const part = { fromSeconds: 0.5, toSeconds: 2 };
  const timesOf = (pages: Data[][]) => pages.map((page) => page.map(({ timeSeconds }) => timeSeconds));
  expect(timesOf(await readPages(id, 'frames', 2, part))).toEqual([[0.5, 1], [1.5]]);
  expect(timesOf(await readPages(id, 'frames', 100))).toEqual([[0, 0.5, 1, 1.5, 2]]);
  const [intervals] = await readPages(id, 'intervals', 100, part);
  expect(intervals!.map(({ fromSeconds, frames }) => [fromSeconds, frames])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('tracks are those that two frames show, and can be chosen by item, label and number of sightings', async () => {
  const box = [0, 0, 10, 10] as [number, number, number, number];
  const track = (number: number, sightings: number, more: { itemId?: string; label?: string }) => ({
    ...{ track: number, itemId: null, label: null, confidence: 0.9, firstSeconds: 0, lastSeconds: 1, sightings },
    ...{ path: [{ timeSeconds: 0, box }], ...more },
  });
  const itemId = decodeId('catalogItem', item.id)!;
  const tracks = [track(1, 1, { label: 'deer' }), track(2, 2, { label: 'deer' }), track(3, 3, { itemId })];
  const id = await store({ frames: [], tracks });
  const listTracks = async (args = '') =>
    (
      await user.run(
        `query ($id: ID!, $item: ID) { node(id: $id) { ... on VideoAnalysis {
          given: tracks(first: 1, catalogItemId: $item) { nodes { track } } list: tracks${args} { nodes { track } } } } }`,
        { id, item: item.id },
      )
    ).node;
  const { given, list } = await listTracks();
  expect(given.nodes).toEqual([{ track: 3 }]);
  expect(list.nodes).toEqual([{ track: 2 }, { track: 3 }]);
  expect((await listTracks('(minSightings: 1, label: "deer")')).list.nodes).toEqual([{ track: 1 }, { track: 2 }]);
  expect((await listTracks('(minSightings: 3)')).list.nodes).toEqual([{ track: 3 }]);
});
