import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeId, encodeId } from '../../../src/ids.ts';
import { parseCsvObjects } from '../../support/csv.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { frameAt, frameDetection, insertVideoResult, type VideoOwner } from '../../support/stored-videos.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { pan, uploadVideo } from '../videos/client.ts';
import { download, exportAll, start } from './client.ts';

/** Exports of video analyses, written by a real worker; their results are made here. */
let sightline: TestSightline;
let user: User;
let taskId: string;
let item: { id: string };
/** UUIDs: one with a track of an item, one that found nothing and has no video any more, and one that failed. */
let ids: string[];
let video: Data;

const box = [10, 20, 30.5, 40] as [number, number, number, number];
const moved = [15, 20, 30.5, 40] as [number, number, number, number];

beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start', env: { ENGINES: '1' } });
  user = createUser(sightline);
  item = await createItem(user, { name: 'Tea', customId: '=tea', thumbnail: { base64: await pictureBase64() } });
  taskId = await createTask(user, { name: '+Aisle' });
  video = await uploadVideo(user, new File([await (await pan()).arrayBuffer()], '=pan, 1.mp4'));
  const { pool } = sightline.database;
  const { rows } = await pool.query('select organization_id from video where id = $1', [decodeId('video', video.id)]);
  const owner: VideoOwner = {
    organizationId: rows[0].organization_id,
    taskId: decodeId('task', taskId)!,
    videoId: decodeId('video', video.id),
  };
  const itemId = decodeId('catalogItem', item.id)!;
  const named = { itemId, matchedBy: 'APPEARANCE', confidence: 0.8, track: 1 } as const;
  const frames = [
    frameAt(0, [frameDetection(named)]),
    frameAt(0.5, [frameDetection({ ...named, box: moved }), frameDetection({ label: 'deer' })]),
    frameAt(2, [], { labels: [{ name: 'empty', group: null, confidence: 0.7 }] }),
  ];
  const track = { track: 1, itemId, label: null, confidence: 0.8, firstSeconds: 0, lastSeconds: 0.5, sightings: 2 };
  const path = [
    { timeSeconds: 0, box },
    { timeSeconds: 0.5, box: moved },
  ];
  ids = [
    await insertVideoResult(
      pool,
      owner,
      { frames, tracks: [{ ...track, path }] },
      { external_id: '=1+1', place_id: 'aisle "1"\nleft', metadata: JSON.stringify({ round: 7 }) },
    ),
    await insertVideoResult(pool, { ...owner, videoId: null }, { frames: [], tracks: [] }),
    await insertVideoResult(
      pool,
      owner,
      { frames: [], tracks: [] },
      { status: 'FAILED', failure_code: 'INVALID_VIDEO', failure_message: '@Broken.', failure_retryable: false },
    ),
  ];
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

async function exportVideos(format: string, filter: Data = {}) {
  return exportAll(user, format, { taskId, ...filter }, { mediaType: 'VIDEO' });
}

const publicId = (index: number) => encodeId('videoAnalysis', ids[index]!);

test('CSV has a record for each track and for each second, and no text in it is a formula', async () => {
  const made = await exportVideos('CSV');
  const records = parseCsvObjects(await download(made));
  expect(made.rows).toBe(records.length);
  expect(records.map(({ analysis_id, record }) => [analysis_id, record])).toEqual([
    [publicId(0), 'TRACK'],
    [publicId(0), 'SECOND'],
    [publicId(0), 'SECOND'],
    [publicId(1), 'ANALYSIS'],
    [publicId(2), 'ANALYSIS'],
  ]);
  const named = { catalog_item_id: item.id, catalog_item_name: 'Tea', catalog_item_custom_id: "'=tea" };
  expect(records[0]).toMatchObject({
    ...{ task_name: "'+Aisle", video_id: video.id, filename: "'=pan, 1.mp4", external_id: "'=1+1" },
    ...{ place_id: 'aisle "1"\nleft', status: 'SUCCEEDED', from_seconds: '0', to_seconds: '0.5', frames: '2' },
    ...{ track: '1', confidence: '0.8', best_seconds: '0', best_x: '10', best_width: '30.5', has_ended: 'true' },
    ...{ ...named, detections: '', counts: '' },
  });
  expect(records[1]).toMatchObject({ from_seconds: '0', to_seconds: '1', frames: '2', detections: '3', track: '' });
  expect(JSON.parse(records[1]!.counts!)).toEqual([
    { catalog_item_id: item.id, name: 'Tea', label: null, count: 2, mean: 1 },
    { catalog_item_id: null, name: null, label: 'deer', count: 1, mean: 0.5 },
  ]);
  expect(records[2]).toMatchObject({ from_seconds: '2', to_seconds: '3', frames: '1', detections: '0' });
  expect(records[3]).toMatchObject({ video_id: '', filename: '', status: 'SUCCEEDED' });
  expect(records[4]).toMatchObject({ failure_code: 'INVALID_VIDEO', failure_message: "'@Broken." });
});

test('JSONL has a line for each analysis, each track and each frame', async () => {
  const made = await exportVideos('JSONL');
  const lines: Data[] = (await download(made))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(made.rows).toBe(lines.length);
  expect(lines.map(({ record }) => record)).toEqual([
    ...['ANALYSIS', 'TRACK', 'FRAME', 'FRAME', 'FRAME', 'ANALYSIS', 'ANALYSIS'],
  ]);
  expect(lines[0]).toMatchObject({
    ...{ id: publicId(0), status: 'SUCCEEDED', failure: null, task: { id: taskId, name: '+Aisle' }, rerunOfId: null },
    ...{ externalId: '=1+1', metadata: { round: 7 }, sampling: { framesPerSecond: 2 }, sampledFrames: 3 },
    video: { id: video.id, filename: '=pan, 1.mp4', mimeType: 'video/mp4', sha256: video.sha256 },
  });
  const catalogItem = { id: item.id, name: 'Tea', customId: '=tea', barcode: null };
  expect(lines[1]).toMatchObject({
    ...{ analysisId: publicId(0), track: 1, catalogItem, firstSeconds: 0, lastSeconds: 0.5, sightings: 2 },
    bestSighting: { timeSeconds: 0, box: { x: 10, y: 20, width: 30.5, height: 40 } },
    path: [{ timeSeconds: 0 }, { timeSeconds: 0.5, box: { x: 15 } }],
  });
  expect(lines[3]).toMatchObject({
    ...{ analysisId: publicId(0), timeSeconds: 0.5, width: 1_280 },
    detections: [
      { track: 1, catalogItem },
      { track: null, catalogItem: null, label: 'deer' },
    ],
  });
  expect(lines[4]).toMatchObject({ timeSeconds: 2, labels: [{ name: 'empty' }] });
  expect(lines[5]).toMatchObject({ id: publicId(1), video: null });
  expect(lines[6]).toMatchObject({ id: publicId(2), failure: { code: 'INVALID_VIDEO' } });
});

test('COCO has frames as images, with the video and the track that each belongs to', async () => {
  const made = await exportVideos('COCO');
  const { images, annotations, tracks, videos, categories } = JSON.parse(await download(made));
  expect(made.rows).toBe(3);
  expect(videos).toMatchObject([
    { id: 1, name: '=pan, 1.mp4', analysis_id: publicId(0), public_video_id: video.id, status: 'SUCCEEDED' },
    { id: 2, name: publicId(1), analysis_id: publicId(1), public_video_id: null },
    { id: 3, name: '=pan, 1-3.mp4', analysis_id: publicId(2), status: 'FAILED' },
  ]);
  expect(images).toMatchObject([
    { id: 1, video_id: 1, width: 1_280, height: 720, file_name: '=pan, 1.mp4/00000.000.jpg', time_seconds: 0 },
    { id: 2, video_id: 1, file_name: '=pan, 1.mp4/00000.500.jpg', time_seconds: 0.5 },
    { id: 3, video_id: 1, file_name: '=pan, 1.mp4/00002.000.jpg', labels: [{ name: 'empty' }] },
  ]);
  expect(tracks).toMatchObject([{ id: 1, video_id: 1, category_id: 2, track: 1, sightings: 2 }]);
  expect(annotations).toMatchObject([
    { id: 1, image_id: 1, video_id: 1, track_id: 1, category_id: 2, bbox: box, area: 1220, iscrowd: 0, score: 0.8 },
    { id: 2, image_id: 2, video_id: 1, track_id: 1, category_id: 2, bbox: moved },
    { id: 3, image_id: 2, video_id: 1, track_id: null, category_id: 3, label: 'deer' },
  ]);
  expect(categories).toMatchObject([
    { id: 1, name: 'unknown' },
    { id: 3, name: 'deer' },
    { id: 2, name: 'Tea', catalog_item_id: item.id },
  ]);
});

test('filters select among them, and those that no video can match are refused', async () => {
  for (const [filter, expected] of [
    [{ ids: [publicId(1)] }, [1]],
    [{ externalId: '=1+1', metadata: [{ key: 'round', value: '7' }] }, [0]],
    [{ status: ['FAILED'] }, [2]],
    [{ containsCatalogItemId: item.id }, [0]],
    [{ finishedAt: { to: '2020-01-01T00:00:00Z' } }, []],
  ] as const) {
    const text = await download(await exportVideos('JSONL', filter));
    const lines: Data[] = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const found = lines.filter(({ record }) => record === 'ANALYSIS').map(({ id }) => id);
    expect(found).toEqual(expected.map(publicId));
  }
  // Those of images are in other files.
  expect((await exportAll(user, 'JSONL', { taskId })).rows).toBe(0);
  const refused = await start(user, 'CSV', { minConfidence: 0.5 }, { mediaType: 'VIDEO', basis: 'CORRECTED' });
  expect(refused.issues.map(({ path }: Data) => path)).toEqual([['filter', 'minConfidence'], ['basis']]);
});

test('frames and tracks of several pages are all in the file, and no second is torn apart', async () => {
  const { pool } = sightline.database;
  const other = await createTask(user, { name: 'Long' });
  const { rows } = await pool.query('select organization_id from task where id = $1', [decodeId('task', other)]);
  const frames = Array.from({ length: 450 }, (_, index) => frameAt(index / 2, [frameDetection()]));
  const tracks = Array.from({ length: 120 }, (_, index) => ({
    ...{ track: index + 1, itemId: null, label: null, confidence: 0.5, firstSeconds: index, lastSeconds: index },
    ...{ sightings: 1, path: [{ timeSeconds: index, box }] },
  }));
  await insertVideoResult(
    pool,
    { organizationId: rows[0].organization_id, taskId: decodeId('task', other)!, videoId: null },
    { frames, tracks },
  );
  const records = parseCsvObjects(
    await download(await exportAll(user, 'CSV', { taskId: other }, { mediaType: 'VIDEO' })),
  );
  const seconds = records.filter(({ record }) => record === 'SECOND');
  expect(seconds.map((row) => row.from_seconds)).toEqual(Array.from({ length: 225 }, (_, second) => String(second)));
  expect(new Set(seconds.map((row) => row.frames))).toEqual(new Set(['2']));
  expect(records).toHaveLength(225 + 120);
});
