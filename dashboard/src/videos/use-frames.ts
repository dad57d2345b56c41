import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { FrameStore } from './frame-store.ts';
import { readAll } from './read-all.ts';
import { type VideoDetailsFragment, VideoFramesDocument } from './video.generated.ts';

/** Frames of a part: one page. */
const framesOfPart = 50;
/** Between key frames, which an encoder sets as it likes. */
const keyFrameSeconds = 10;

/** The frames of an analysis, loaded around the play head, and how long each counts. */
export function useFrames({ id, sampling }: Pick<VideoDetailsFragment, 'id' | 'sampling'>) {
  const apollo = useApolloClient();
  const [frames] = useState(() => {
    const partSeconds = Math.min(60, Math.max(1, Math.round(framesOfPart / sampling.framesPerSecond)));
    const load = (fromSeconds: number, toSeconds: number) =>
      readAll(async (after) => {
        const variables = { id, fromSeconds, toSeconds, after };
        const { data } = await apollo.query({ query: VideoFramesDocument, variables, fetchPolicy: 'no-cache' });
        return data?.node?.__typename === 'VideoAnalysis' ? data.node.frames : null;
      });
    return new FrameStore(load, partSeconds);
  });
  const usual = 1.5 / sampling.framesPerSecond;
  return { frames, mostSeconds: sampling.keyFramesOnly ? Math.max(usual, keyFrameSeconds) : usual };
}
