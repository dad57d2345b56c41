import { z } from 'zod';
import type { Sampling } from '../video.ts';
import { type VideoContainer, videoContainers } from '../video.ts';

/** What the child is told, as JSON in its only argument. */
export interface DecodeRequest {
  /** Of the native library. */
  library: string;
  path: string;
  container: VideoContainer;
  /** null: only `opened` is wanted. */
  sampling: Sampling | null;
  maxSeconds: number;
  maxPixels: number;
  threads: number;
}

const seconds = z.number().min(0).max(1e9);
const side = z.int().min(1).max(100_000);

/**
 * What the child writes: the length of a JSON text in 4 bytes, the text, and after `frame` the pixels. It is checked like a request of
 * a stranger, because a file may have taken over the child.
 */
export const decoderMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('opened'),
    info: z.object({
      container: z.enum(videoContainers),
      codec: z.string().max(50),
      width: side,
      height: side,
      rotation: z.literal([0, 90, 180, 270]),
      headerSeconds: seconds.nullable(),
      frameRate: z.number().min(0).max(1e6).nullable(),
    }),
  }),
  z.object({ type: z.literal('frame'), timeSeconds: seconds }),
  z.object({ type: z.literal('progress'), decodedSeconds: seconds }),
  z.object({
    type: z.literal('ended'),
    decodedSeconds: seconds,
    truncated: z.boolean(),
    damagedFrames: z.int().min(0),
  }),
  z.object({
    type: z.literal('failed'),
    code: z.enum(['INVALID_VIDEO', 'VIDEO_TOO_LONG', 'VIDEO_UNAVAILABLE']),
    message: z.string().max(1_000),
    detail: z.string().max(2_000).nullable(),
  }),
]);

export type DecoderMessage = z.infer<typeof decoderMessage>;

/** Of the JSON text. */
export const maxMessageBytes = 10_000;
