import { Worker } from 'node:worker_threads';
import type { Size } from '../../../../src/recognition/box.ts';
import type { Failure } from '../../../../src/shared/failure.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import type { RawPixels } from './raw-png.ts';

/** A HEIC to decode. */
export interface HeicRequest {
  id: number;
  bytes: Uint8Array<ArrayBuffer>;
  size: Size;
}

export type HeicAnswer = { id: number } & (
  | { pixels: Omit<RawPixels, 'data'> & { data: Uint8Array<ArrayBuffer> } }
  | { failure: Failure }
  | { error: Error }
);

/**
 * Decodes the primary picture of a HEIC in a separate thread: libheif is WebAssembly and blocks the thread that it runs on. The
 * engine continues with the previous picture, and watches how long this one takes.
 * @param size of the picture according to its header, which limits what is decoded.
 * @throws JobFailure INVALID_IMAGE
 */
export async function decodeHeic(bytes: Buffer, size: Size): Promise<RawPixels> {
  thread ??= new HeicThread(() => {
    thread = null;
  });
  const answer = await thread.decode(bytes, size);
  if ('failure' in answer) throw new JobFailure(answer.failure.code, answer.failure.message);
  if ('error' in answer) throw answer.error;
  return { ...answer.pixels, data: Buffer.from(answer.pixels.data.buffer) };
}

/** Started for the first HEIC: most engines never get one. */
let thread: HeicThread | null = null;

class HeicThread {
  readonly #worker = new Worker(new URL('./heic-thread.ts', import.meta.url));
  readonly #open = new Map<number, PromiseWithResolvers<HeicAnswer>>();
  #count = 0;

  /** @param onEnd called when it died, for example because of a lack of memory. */
  constructor(onEnd: () => void) {
    this.#worker.on('message', (answer: HeicAnswer) => {
      this.#open.get(answer.id)?.resolve(answer);
      this.#open.delete(answer.id);
      if (this.#open.size === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => {
      onEnd();
      for (const { reject } of this.#open.values()) reject(error);
    });
    this.#worker.unref();
  }

  decode(bytes: Buffer, size: Size): Promise<HeicAnswer> {
    const id = ++this.#count;
    const asked = Promise.withResolvers<HeicAnswer>();
    this.#open.set(id, asked);
    // Referenced while it works, so that a program without other work waits for it.
    this.#worker.ref();
    // A copy, because small files are read into shared buffers.
    const given = Uint8Array.from(bytes);
    this.#worker.postMessage({ id, bytes: given, size } satisfies HeicRequest, [given.buffer]);
    return asked.promise;
  }
}
