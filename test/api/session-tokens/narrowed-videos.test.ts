import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Data } from '../../support/user.ts';
import { analyzeResult, analyzeVideo, pan, videoEvents } from '../videos/client.ts';
import { foreignPlace, type NarrowedWorld, ownPlace, startNarrowedWorld } from './narrowed-world.ts';

/** Videos of limited tokens: what they see, what they hear of, and what they may submit. */
let world: NarrowedWorld;
beforeAll(async () => {
  world = await startNarrowedWorld();
});
afterAll(() => world?.close());

/** Two analyses that the tokens must not hear of, then one that they see. @returns the id of that one */
async function submitBoth(): Promise<string> {
  const { own, foreign } = world;
  const submit = async ({ ids }: NarrowedWorld['own'], placeId: string): Promise<string> =>
    (await analyzeVideo(own.user, { taskId: ids.task, source: { videoId: ids.video }, placeId })).id;
  await submit(foreign, foreignPlace);
  return submit(own, ownPlace);
}

describe.each(['byTask', 'byPlace', 'byBoth'] as const)('a token limited %s', (token) => {
  test('hears of the video analyses that it sees, from the log and while they happen', async () => {
    const { own } = world;
    const logged = await submitBoth();
    const stream = world[token].stream(videoEvents, { filter: {}, after: own.eventCursor });
    const heard: string[] = [];
    const hearUntil = async (id: string) => {
      while (!heard.includes(id)) heard.push((await stream.next()).value.videoAnalysisId);
    };
    await hearUntil(logged);
    await hearUntil(await submitBoth());
    const { videoAnalyses } = await world[token].run('{ videoAnalyses(first: 100) { nodes { id } } }');
    expect(new Set(heard)).toEqual(new Set(videoAnalyses.nodes.map(({ id }: Data) => id)));
    await world[token].close();
  });

  test('reads its video, its analyses and its visit, and none of the others', async () => {
    const { own, foreign } = world;
    const query = /* GraphQL */ `
      query ($ids: [ID!]!) {
        nodes(ids: $ids) {
          id
          ... on VideoAnalysis { task { id } video { id url } tracks(minSightings: 1) { nodes { catalogItem { id } } } }
          ... on Video { analyses { nodes { id } } }
        }
      }`;
    const ids = [own.ids.videoAnalysis, own.ids.video, foreign.ids.videoAnalysis, foreign.ids.video];
    const { nodes } = await world[token].run(query, { ids });
    expect(nodes).toMatchObject([
      {
        ...{ id: own.ids.videoAnalysis, task: { id: own.ids.task }, video: { url: expect.any(String) } },
        tracks: { nodes: [{ catalogItem: { id: own.ids.catalogItem } }] },
      },
      { id: own.ids.video },
      null,
      null,
    ]);
    expect(nodes[1].analyses.nodes.map(({ id }: Data) => id)).toContain(own.ids.videoAnalysis);
  });
});

test('a limited token submits videos to its tasks, for its places, and refers to its videos only', async () => {
  const { own, foreign, byBoth } = world;
  const fits = { taskId: own.ids.task, placeId: ownPlace };
  const made = await analyzeVideo(byBoth, { ...fits, source: { upload: await pan() } });
  expect(made).toMatchObject({ status: 'QUEUED', placeId: ownPlace });
  const again = await analyzeVideo(byBoth, { ...fits, source: { videoId: made.video.id } });
  expect(again.video.id).toBe(made.video.id);
  const source = { videoId: own.ids.video };
  for (const [input, refusal] of [
    [
      { ...fits, source, taskId: foreign.ids.task },
      { __typename: 'NotFoundError', id: foreign.ids.task },
    ],
    [
      { ...fits, source: { videoId: foreign.ids.video } },
      { __typename: 'NotFoundError', id: foreign.ids.video },
    ],
    [{ ...fits, source, placeId: foreignPlace }, { issues: [{ path: ['videos', '0', 'placeId'] }] }],
    [{ ...fits, source, placeId: null }, { issues: [{ path: ['videos', '0', 'placeId'] }] }],
    [
      { ...fits, source: { uploadId: own.ids.awaitedVideoUpload } },
      { issues: [{ path: ['videos', '0', 'source', 'uploadId'] }] },
    ],
  ])
    expect(await analyzeResult(byBoth, input as Data)).toMatchObject(refusal as Data);
});
