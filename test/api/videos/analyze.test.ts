import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { analyzeVideo, pan, readVideo, readVideoAnalysis, videoEvents } from './client.ts';

/** Videos analysed by real engines. */
let sightline: TestSightline;
let user: User;
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline({ role: 'start' });
  user = createUser(sightline);
  taskId = await createTask(user, { pipeline: 'shelf-fast' });
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});

test('a video is analysed second by second, and things are tracked through its frames', async () => {
  const analysis = await analyzeVideo(user, {
    taskId,
    source: { upload: await pan() },
    sampling: { framesPerSecond: 1, maxFrames: 4 },
    externalId: 'pan-1',
  });
  expect(analysis).toMatchObject({ status: 'QUEUED', progress: null, sampledFrames: null, timings: null });
  const events = await user.collect(videoEvents, { filter: { ids: [analysis.id] } });
  expect(events.at(-1)).toMatchObject({ __typename: 'VideoAnalysisStatusChanged', status: 'SUCCEEDED' });
  const seconds = events.filter(({ __typename }: Data) => __typename === 'VideoSecondAnalyzed');
  expect(seconds.map(({ second, frames }: Data) => [second, frames])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  const ended = await readVideoAnalysis(user, analysis.id);
  expect(ended).toMatchObject({ status: 'SUCCEEDED', progress: 1, sampledFrames: 4, externalId: 'pan-1' });
  const { node } = await user.run(
    `query ($id: ID!) { node(id: $id) { ... on VideoAnalysis {
      frames { nodes { timeSeconds width height detections { track box(unit: NORMALIZED) { x y width height } confidence } } }
      intervals(seconds: 2) { nodes { fromSeconds toSeconds frames counts { label count mean catalogItem { id } } } }
      tracks { nodes { track sightings firstSeconds lastSeconds hasEnded bestSighting { timeSeconds } path { timeSeconds } } }
    } } }`,
    { id: analysis.id },
  );
  const { frames, intervals, tracks } = node;
  expect(frames.nodes.map(({ timeSeconds }: Data) => timeSeconds)).toEqual([0, 1, 2, 3]);
  expect(frames.nodes[0]).toMatchObject({ width: 1280, height: 720 });
  const detections = frames.nodes.flatMap((frame: Data) => frame.detections);
  for (const { box } of detections) expect(box.x + box.width).toBeLessThanOrEqual(1.00001);
  expect(
    intervals.nodes.map(({ fromSeconds, toSeconds, frames: count }: Data) => [fromSeconds, toSeconds, count]),
  ).toEqual([
    [0, 2, 2],
    [2, 4, 2],
  ]);
  const counted = intervals.nodes.flatMap(({ counts }: Data) => counts.map(({ count }: Data) => count));
  expect(counted.reduce((sum: number, count: number) => sum + count, 0)).toBe(detections.length);
  // The camera moves on, so some products are in two frames only, and most of the first ones are in all four.
  const numbers = new Set(detections.map(({ track }: Data) => track));
  expect(numbers.size).toBeLessThan(detections.length / 2);
  expect(tracks.nodes.length).toBeGreaterThan(20);
  for (const track of tracks.nodes) {
    const sightings = detections.filter((detection: Data) => detection.track === track.track);
    expect([track.sightings, track.path.length, track.hasEnded]).toEqual([sightings.length, sightings.length, true]);
    expect(track.path[0].timeSeconds).toBe(track.firstSeconds);
  }
  const begun = seconds.flatMap(({ newTracks }: Data) => newTracks);
  expect(new Set(begun)).toEqual(numbers);
  const { system } = await user.run('{ system { latency(mediaType: VIDEO) { unit millisecondsPerUnit } } }');
  expect(system.latency.unit).toBe('second of video');
  // Each of the four seconds was analysed once; what came after the last one is in the analysis alone.
  expect(system.latency.millisecondsPerUnit).toBeGreaterThan(0);
  expect(system.latency.millisecondsPerUnit).toBeLessThanOrEqual(ended.timings.processingMs);
  const video = await readVideo(user, ended.video.id);
  expect(video).toMatchObject({ status: 'READY', container: 'MP4', codec: 'h264', width: 1280, height: 720 });
  expect([video.durationSeconds, video.frameRate, video.decodedSeconds]).toEqual([6, 25, null]);
});

test('a video that is decoded to its end tells how long it is, and a text that calls itself a video fails', async () => {
  const whole = await analyzeVideo(user, {
    taskId,
    source: { upload: await pan() },
    sampling: { framesPerSecond: 0.25 },
  });
  // It begins like an MP4.
  const renamed = new File(['\0\0\0\x18ftypmp42 and then only text, which no decoder reads'], 'a.mp4');
  const broken = await analyzeVideo(user, { taskId, source: { upload: renamed } });
  await user.collect(videoEvents, { filter: { ids: [whole.id, broken.id] } });
  expect(await readVideoAnalysis(user, whole.id)).toMatchObject({ status: 'SUCCEEDED', sampledFrames: 2 });
  expect(await readVideo(user, whole.video.id)).toMatchObject({ decodedSeconds: 6, truncated: false });
  const failure = { code: 'INVALID_VIDEO' };
  expect(await readVideoAnalysis(user, broken.id)).toMatchObject({ status: 'FAILED', failure });
  expect(await readVideo(user, broken.video.id)).toMatchObject({ status: 'FAILED', failure });
});
