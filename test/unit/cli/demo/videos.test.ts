import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Client } from '../../../../src/cli/client.ts';
import { recogniseVideos } from '../../../../src/cli/demo/videos/recognise-videos.ts';
import { Screen } from '../../../../src/cli/screen.ts';

/** A server on which a video of 4 s has ended whose header says no duration. Two frames a second were analysed, with nothing in them. */
const server: Client = {
  upload: async () => ({ analyzeVideo: { __typename: 'AnalyzeVideoPayload', analysis: { id: 'via_1' } } }) as never,
  async *subscribe() {
    const video = { durationSeconds: null, decodedSeconds: 4 };
    const videoAnalysis = { failure: null, sampledFrames: 8, video };
    const at = '2026-01-01T00:00:00Z';
    yield {
      videoEvents: { __typename: 'VideoAnalysisStatusChanged', at, status: 'SUCCEEDED', videoAnalysis },
    } as never;
  },
  async request(_query, variables: { fromSeconds?: number } = {}) {
    if (variables.fromSeconds === undefined)
      return { node: { tracks: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } } } as never;
    const timeSeconds = Math.ceil(variables.fromSeconds * 2) / 2;
    const frames = timeSeconds < 4 ? [{ timeSeconds, width: 160, height: 120, detections: [] }] : [];
    return { node: { frames: { nodes: frames } } } as never;
  },
  close: async () => {},
};

test('frames for the contact sheet are of the whole video, also where its header says no duration', async () => {
  const nowhere = new PassThrough() as unknown as NodeJS.WriteStream;
  const video = { path: '/videos/clip.webm', name: 'clip.webm' };
  const [ending] = await recogniseVideos(server, new Screen(nowhere, nowhere), 'task_1', [video]);
  expect(ending).toMatchObject({ status: 'SUCCEEDED', sampledFrames: 8 });
  expect(ending!.frames.map(({ timeSeconds }) => timeSeconds)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]);
});
