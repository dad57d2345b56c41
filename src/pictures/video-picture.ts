import { z } from 'zod';
import { look, lookName, namesOfAnalysis } from './derived-picture.ts';

/** From the beginning of the video; as times of frames are stored. */
const timeMs = z.int().min(0);

/** A picture that is made from a frame of a video and stored beside the video's bytes until those are deleted. */
export const videoPicture = z.discriminatedUnion('kind', [
  /** The whole frame. */
  z.object({ kind: z.literal('frame'), ...look, timeMs }),
  /** The frame that stands for the video: the one at `posterSeconds`, or the first where there is none. */
  z.object({ kind: z.literal('poster'), ...look }),
  /** What a track is, in its best sighting, which is at this time. */
  z.object({ kind: z.literal('track'), ...look, timeMs, analysisId: z.uuid(), track: z.int().min(1) }),
]);

export type VideoPicture = z.infer<typeof videoPicture>;

/** As `derivedName`, of pictures of a video. While an analysis runs, a better sighting of a track gets another name. */
export function videoPictureName(picture: VideoPicture): string {
  switch (picture.kind) {
    case 'frame':
      return `frame-${picture.timeMs}.${lookName(picture)}`;
    case 'poster':
      return `poster.${lookName(picture)}`;
    case 'track':
      return `${namesOfAnalysis(picture.analysisId)}track-${picture.track}-${picture.timeMs}.${lookName(picture)}`;
  }
}

/** The first frames are often black, or show the floor. @param durationSeconds as the header says; null: it does not. */
export function posterSeconds(durationSeconds: number | null): number {
  return (durationSeconds ?? 0) / 10;
}

/** In whole milliseconds. */
export function toMs(timeSeconds: number): number {
  return Math.round(timeSeconds * 1_000);
}
