import { z } from 'zod';
import { look, lookName, namesOfAnalysis } from './derived-picture.ts';

/** From the beginning of the video; as times of frames are stored. */
const timeMs = z.int().min(0);

/** A picture that is made from a frame of a video and stored beside the video's bytes until those are deleted. */
export const videoPicture = z.discriminatedUnion('kind', [
  /** The whole frame. */
  z.object({ kind: z.literal('frame'), ...look, timeMs }),
  /** What a track is, in its best sighting, which is at this time. */
  z.object({ kind: z.literal('track'), ...look, timeMs, analysisId: z.uuid(), track: z.int().min(1) }),
]);

export type VideoPicture = z.infer<typeof videoPicture>;

/** As `derivedName`, of pictures of a video. While an analysis runs, a better sighting of a track gets another name. */
export function videoPictureName(picture: VideoPicture): string {
  const { timeMs: time } = picture;
  switch (picture.kind) {
    case 'frame':
      return `frame-${time}.${lookName(picture)}`;
    case 'track':
      return `${namesOfAnalysis(picture.analysisId)}track-${picture.track}-${time}.${lookName(picture)}`;
  }
}

/** In whole milliseconds. */
export function toMs(timeSeconds: number): number {
  return Math.round(timeSeconds * 1_000);
}
