import type { Semaphore } from '../../../src/shared/semaphore.ts';
import type { FrameJob } from '../protocol/jobs.ts';
import type { JobClock } from './job-guard.ts';
import type { LineJob } from './line.ts';
import { type DecodedFile, decodePicture } from './pictures/decode.ts';
import { explainMissing, inspectPicture, type PictureFile, pixelsInMemory } from './pictures/inspect.ts';

/** How many pixels an engine decodes, in one picture and in all. */
export interface PixelLimits {
  /** Limits decoded pixels in memory. */
  budget: Semaphore;
  maxImagePixels: number;
}

/** A picture in memory, and how long decoding it took. */
export type TimedPicture = DecodedFile & { decodeMs: number };
/** One that was read from a file. */
export type TimedFile = TimedPicture & { mimeType: string };

/** A job whose picture comes decoded. Its pixels count like those of pictures that are decoded here. */
export function holding(
  { id, frame }: Pick<FrameJob, 'id' | 'frame'>,
  clock: JobClock,
  { budget }: PixelLimits,
  work: (picture: TimedPicture) => ReturnType<LineJob['work']>,
): LineJob {
  let giveBack = () => {};
  return {
    id,
    clock,
    async prepare() {
      const { width, height, rgb } = frame;
      giveBack = await budget.acquire(width * height);
      return { width, height, rgb: Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), warnings: [], decodeMs: 0 };
    },
    work: (picture) => work(picture as TimedPicture),
    release: () => giveBack(),
  };
}

/** A job whose picture is decoded first and then processed by models. */
export function decoding(
  job: { id: string; file: string },
  clock: JobClock,
  limits: PixelLimits,
  work: (picture: TimedFile) => ReturnType<LineJob['work']>,
): LineJob {
  const decode = async (file: PictureFile) => {
    const startedAt = performance.now();
    const picture = await decodePicture(file);
    return { ...picture, mimeType: file.header.mimeType, decodeMs: performance.now() - startedAt };
  };
  return preparing(job, clock, limits, decode, work);
}

/** A job that reserves memory for the pixels of its picture from before it reads them until it ends. */
export function preparing<P>(
  job: { id: string; file: string },
  clock: JobClock,
  { budget, maxImagePixels }: PixelLimits,
  prepare: (picture: PictureFile) => Promise<P>,
  work: (prepared: P) => ReturnType<LineJob['work']>,
): LineJob {
  let giveBack = () => {};
  return {
    id: job.id,
    clock,
    async prepare() {
      try {
        const picture = await inspectPicture(job.file, maxImagePixels);
        giveBack = await budget.acquire(pixelsInMemory(picture));
        return await prepare(picture);
      } catch (error) {
        throw await explainMissing(job.file, error);
      }
    },
    work: (prepared) => work(prepared as P),
    release: () => giveBack(),
  };
}
