import { expect, test } from 'vitest';
import { analyzeVideo, pan, readVideoAnalysis, videoEvents } from '../api/videos/client.ts';
import { createInstallation } from '../support/process.ts';
import { createTask } from '../support/recognition.ts';
import { createUser, type Data, type User } from '../support/user.ts';

/** What a stream delivers until `isEnough`, or until it completes or is cut. */
async function follow(user: User, variables: Data, events: Data[], isEnough: () => boolean): Promise<void> {
  for await (const event of user.stream(videoEvents, variables)) {
    events.push(event);
    if (isEnough()) return;
  }
}

const secondsOf = (events: readonly Data[]) =>
  events.flatMap(({ __typename, second }) => (__typename === 'VideoSecondAnalyzed' ? [second] : []));

async function readTracks(user: User, id: string): Promise<Data> {
  const { node } = await user.run(
    `query ($id: ID!) { node(id: $id) { ... on VideoAnalysis {
      frames { nodes { timeSeconds detections { track box { x y } } } }
      tracks(minSightings: 1) { nodes { track sightings firstSeconds lastSeconds path { timeSeconds } } } } } }`,
    { id },
  );
  return node;
}

test('after a kill -9 in the middle a video goes on behind its last stored second, and nothing is told twice', async () => {
  const installation = await createInstallation({ ENGINES: '1' });
  const { apiKey } = installation;
  const first = await installation.start();
  const user = createUser({ url: first.url, apiKey });
  const taskId = await createTask(user, { pipeline: 'shelf-fast' });
  const sampling = { framesPerSecond: 2 };
  const { id } = await analyzeVideo(user, { taskId, source: { upload: await pan() }, sampling });
  const filter = { ids: [id] };
  const events: Data[] = [];
  await follow(user, { filter }, events, () => secondsOf(events).length === 2);
  first.kill('SIGKILL');
  expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
  // The socket was cut with the process.
  await user.close().catch(() => undefined);

  const second = await installation.start();
  const again = createUser({ url: second.url, apiKey });
  await follow(again, { filter, after: events.at(-1)!.cursor }, events, () => false);
  expect(secondsOf(events)).toEqual([0, 1, 2, 3, 4, 5]);
  const statuses = events.flatMap(({ previousStatus, status }) => (status ? [`${previousStatus} ${status}`] : []));
  expect(statuses.slice(-3)).toEqual(['RUNNING QUEUED', 'QUEUED RUNNING', 'RUNNING SUCCEEDED']);
  const analysis = await readVideoAnalysis(again, id);
  expect(analysis).toMatchObject({ status: 'SUCCEEDED', sampledFrames: 12, progress: 1 });
  const found = await readTracks(again, id);
  expect(found.frames.nodes.map(({ timeSeconds }: Data) => timeSeconds)).toEqual(
    // Its frames are 0.04 s apart: the first one of each half second.
    [0, 1, 2, 3, 4, 5].flatMap((begin) => [begin, begin + 0.52]),
  );
  // Tracks went on across the crash: they are those of a video whose analysis was not interrupted.
  const whole = await analyzeVideo(again, { taskId, source: { videoId: analysis.video.id }, sampling });
  await follow(again, { filter: { ids: [whole.id] } }, [], () => false);
  expect(found).toEqual(await readTracks(again, whole.id));
  await again.close();
});
