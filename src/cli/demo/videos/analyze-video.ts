import type { Client } from '../../client.ts';
import { expectType, type UnionResult } from '../../expect-type.ts';
import type { Picture } from '../pictures.ts';

const analyzeVideoMutation = /* GraphQL */ `
  mutation AnalyzeVideo($input: AnalyzeVideoInput!) {
    analyzeVideo(input: $input) {
      __typename
      ... on AnalyzeVideoPayload { analysis { id } }
      ... on UserError { message }
    }
  }
`;

const videoEvents = /* GraphQL */ `
  subscription VideoEvents($id: ID!) {
    videoEvents(filter: { ids: [$id] }) {
      __typename
      ... on VideoAnalysisStatusChanged {
        at
        status
        videoAnalysis { failure { message } sampledFrames video { durationSeconds decodedSeconds } }
      }
      ... on VideoSecondAnalyzed { second }
    }
  }
`;

/** A change of status of the analysis of a video, as the server pushed it. */
export interface VideoStatusChanged {
  __typename: 'VideoAnalysisStatusChanged';
  at: string;
  status: string;
  /** null: deleted meanwhile. */
  videoAnalysis: {
    failure: { message: string } | null;
    sampledFrames: number | null;
    video: {
      /** By the header; null: it does not say. */
      durationSeconds: number | null;
      /** null until it was decoded to its end. */
      decodedSeconds: number | null;
    } | null;
  } | null;
}

/** A second of the video, counted from 0, is analysed. Seconds without a frame are left out. */
interface VideoSecondAnalyzed {
  __typename: 'VideoSecondAnalyzed';
  second: number;
}

export type VideoEvent = VideoStatusChanged | VideoSecondAnalyzed | { __typename: 'VideoTrackEnded' | 'StreamResync' };

/** Sends a video. @returns the id of its analysis */
export async function submitVideo(client: Client, taskId: string, { path, name }: Picture): Promise<string> {
  const input = { taskId, source: { upload: null }, externalId: name };
  const answer = await client.upload<{ analyzeVideo: UnionResult & { analysis: { id: string } } }>(
    analyzeVideoMutation,
    { input },
    { 'input.source.upload': path },
  );
  return expectType(answer.analyzeVideo, 'AnalyzeVideoPayload', `${name} was not accepted`).analysis.id;
}

/** What happens to an analysis, beginning with its current state, until it has ended. */
export async function* followVideo(client: Client, id: string): AsyncGenerator<VideoEvent> {
  for await (const { videoEvents: event } of client.subscribe<{ videoEvents: VideoEvent }>(videoEvents, { id }))
    yield event;
}
