import { readFile } from 'node:fs/promises';
import { expectType, failures } from '../../support/recognition.ts';
import type { Data, User } from '../../support/user.ts';

/** A pan along shelves, drawn by examples/render-pan.ts. */
export const panFile = new URL('../../../examples/videos/aisle-pan.mp4', import.meta.url);

export async function pan(): Promise<File> {
  return new File([new Uint8Array(await readFile(panFile))], 'aisle-pan.mp4', { type: 'video/mp4' });
}

export const videoFields = `id status failure { code message retryable } sha256 mimeType byteSize container codec width height rotation
  frameRate durationSeconds decodedSeconds truncated filename externalId placeId metadata recordedAt sourceUrl url`;

const uploadMutation = /* GraphQL */ `
  mutation ($input: VideoInput!) {
    uploadVideo(input: $input) { __typename ...Failures ... on Video { ${videoFields} } }
  }
  ${failures}
`;

/** Whatever it answers to a file, or to a source without one. */
export async function uploadVideo(user: User, source: File | Data, fields: Data = {}): Promise<Data> {
  const isFile = source instanceof File;
  const input = { source: isFile ? { upload: null } : source, ...fields };
  return (await user.run(uploadMutation, { input }, isFile ? { 'input.source.upload': source } : {})).uploadVideo;
}

export async function readVideo(user: User, id: string): Promise<Data> {
  return (await user.run(`query ($id: ID!) { node(id: $id) { ... on Video { ${videoFields} } } }`, { id })).node;
}

export const analysisFields = `id status failure { code message } progress etaSeconds sampledFrames externalId placeId metadata
  video { id } sampling { framesPerSecond keyFramesOnly maxFrames } timings { processingMs decodeMs inferenceMs matchMs }`;

const analyzeMutation = /* GraphQL */ `
  mutation ($input: AnalyzeVideoInput!, $key: String) {
    analyzeVideo(input: $input, idempotencyKey: $key) {
      __typename ...Failures
      ... on InsufficientCreditsError { required available }
      ... on AnalyzeVideoPayload { replayed analysis { ${analysisFields} } }
    }
  }
  ${failures}
`;

/** Whatever it answers. */
export async function analyzeResult(user: User, input: Data, key: string | null = null): Promise<Data> {
  const { upload } = input.source;
  const isFile = upload instanceof File;
  const sent = isFile ? { ...input, source: { upload: null } } : input;
  return (await user.run(analyzeMutation, { input: sent, key }, isFile ? { 'input.source.upload': upload } : {}))
    .analyzeVideo;
}

export async function analyzeVideo(user: User, input: Data): Promise<Data> {
  return expectType(await analyzeResult(user, input), 'AnalyzeVideoPayload').analysis;
}

export async function readVideoAnalysis(user: User, id: string): Promise<Data> {
  const query = `query ($id: ID!) { node(id: $id) { ... on VideoAnalysis { ${analysisFields} } } }`;
  return (await user.run(query, { id })).node;
}

export const videoEvents = /* GraphQL */ `
  subscription ($filter: VideoEventFilter!, $after: String) {
    videoEvents(filter: $filter, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on VideoAnalysisStatusChanged { videoAnalysisId status previousStatus }
      ... on VideoSecondAnalyzed { videoAnalysisId second frames newTracks progress counts { label count mean catalogItem { name } } }
      ... on VideoTrackEnded { videoAnalysisId track }
    }
  }
`;

/** Fetches a picture of a frame. On a busy machine it may not be made in the time that one request waits. */
export async function fetchPicture(url: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.status !== 503) return response;
    await response.arrayBuffer();
  }
}
