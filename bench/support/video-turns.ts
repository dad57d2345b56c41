import type { Client } from '../../src/cli/client.ts';
import { submitPictures } from '../../src/cli/demo/batch.ts';
import type { Picture } from '../../src/cli/demo/pictures.ts';
import { expectType, type UnionResult } from '../../src/cli/expect-type.ts';

/** A part of a bench in which only pictures, or only one video, are analysed. */
export interface Turn {
  images: number;
  /** From the first RUNNING to the last SUCCEEDED, by the clock of the database. */
  seconds: number;
}

/** A turn of a video. */
export interface VideoTurn extends Turn {
  /** Of the video. */
  videoSeconds: number;
  /** Milliseconds for each second of the video. */
  timings: { inferenceMs: number; matchMs: number };
}

interface Ended {
  status: string;
  startedAt: string;
  finishedAt: string;
  failure: { message: string } | null;
}

const batchEvents = /* GraphQL */ `
  subscription Ends($batchId: ID!, $after: String!) {
    analysisEvents(filter: { batchId: $batchId, status: [SUCCEEDED, FAILED] }, after: $after) {
      ... on AnalysisStatusChanged { status }
    }
  }
`;

const batchTimes = /* GraphQL */ `
  query Times($batchId: ID!, $after: String) {
    analyses(first: 100, after: $after, filter: { batchId: $batchId }) {
      pageInfo { hasNextPage endCursor }
      nodes { status startedAt finishedAt failure { message } }
    }
  }
`;

interface TimesPage {
  analyses: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Ended[] };
}

const analyzeVideo = /* GraphQL */ `
  mutation Analyze($input: AnalyzeVideoInput!) {
    analyzeVideo(input: $input) {
      __typename
      ... on AnalyzeVideoPayload { analysis { id video { id } } }
      ... on UserError { message }
    }
  }
`;

interface Analyzed {
  analyzeVideo: UnionResult & { analysis: { id: string; video: { id: string } } };
}

const videoEvents = /* GraphQL */ `
  subscription Seconds($id: ID!) {
    videoEvents(filter: { ids: [$id] }) {
      ... on VideoSecondAnalyzed { second }
    }
  }
`;

const videoTimes = /* GraphQL */ `
  query Times($id: ID!) {
    node(id: $id) {
      ... on VideoAnalysis {
        status startedAt finishedAt sampledFrames failure { message }
        timings { inferenceMs matchMs }
        video { decodedSeconds }
      }
    }
  }
`;

/** Sends pictures in one submitBatch. */
export async function runPictures(client: Client, taskId: string, pictures: readonly Picture[]): Promise<Turn> {
  const { id: batchId, eventCursor } = await submitPictures(client, taskId, pictures);
  // The stream completes when all have ended.
  for await (const _ of client.subscribe(batchEvents, { batchId, after: eventCursor }));
  const ended: Ended[] = [];
  for (let after: string | null = null; ; ) {
    const { analyses }: TimesPage = await client.request<TimesPage>(batchTimes, { batchId, after });
    ended.push(...analyses.nodes);
    if (!analyses.pageInfo.hasNextPage) break;
    after = analyses.pageInfo.endCursor;
  }
  return { images: ended.length, seconds: secondsOf(ended) };
}

/** Sends a video and analyses one frame of it. @returns its id, with which it is analysed again without being sent */
export async function sendVideo(client: Client, taskId: string, file: string): Promise<string> {
  const input = { taskId, source: { upload: null }, sampling: { framesPerSecond: 1, maxFrames: 1 } };
  const answer = await client.upload<Analyzed>(analyzeVideo, { input }, { 'input.source.upload': file });
  const { analysis } = expectType(answer.analyzeVideo, 'AnalyzeVideoPayload', 'The video was not accepted');
  await follow(client, analysis.id, () => {});
  return analysis.video.id;
}

/** Analyses a video. @param input what `AnalyzeVideoInput` takes beside task and source */
export async function runVideo(
  client: Client,
  taskId: string,
  videoId: string,
  input: { sampling: { framesPerSecond: number }; options?: { smoothNeighbors: boolean } },
  onSecond: (second: number) => void = () => {},
): Promise<VideoTurn> {
  const answer = await client.request<Analyzed>(analyzeVideo, { input: { taskId, source: { videoId }, ...input } });
  const { analysis } = expectType(answer.analyzeVideo, 'AnalyzeVideoPayload', 'The video was not accepted');
  return follow(client, analysis.id, onSecond);
}

interface VideoNode extends Ended {
  sampledFrames: number;
  timings: VideoTurn['timings'];
  video: { decodedSeconds: number | null };
}

async function follow(client: Client, id: string, onSecond: (second: number) => void): Promise<VideoTurn> {
  const events = client.subscribe<{ videoEvents: { second?: number } }>(videoEvents, { id });
  for await (const { videoEvents: event } of events) if (event.second !== undefined) onSecond(event.second);
  const { node } = await client.request<{ node: VideoNode }>(videoTimes, { id });
  return {
    images: node.sampledFrames,
    seconds: secondsOf([node]),
    videoSeconds: node.video.decodedSeconds ?? 0,
    timings: node.timings,
  };
}

/** @throws Error when one has not SUCCEEDED */
function secondsOf(ended: readonly Ended[]): number {
  for (const { status, failure } of ended)
    if (status !== 'SUCCEEDED')
      throw new Error(`An analysis of the bench became ${status}: ${failure?.message ?? 'no reason is known'}`);
  const first = Math.min(...ended.map(({ startedAt }) => Date.parse(startedAt)));
  const last = Math.max(...ended.map(({ finishedAt }) => Date.parse(finishedAt)));
  return (last - first) / 1000;
}
