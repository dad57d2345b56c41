import { Worker } from 'node:worker_threads';
import type { Box } from '../../../../../src/recognition/box.ts';
import type { CodesFound } from '../../../../../src/recognition/codes/code.ts';
import type { GreyPicture } from '../../../../../src/recognition/codes/view.ts';
import type { WaitingGuard } from '../../job-guard.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';
import { readingLimits } from './read-views.ts';
import { toGrey } from './to-grey.ts';

/** A picture to read, with the boxes of its detections. */
export interface CodesRequest {
  picture: GreyPicture;
  boxes: readonly Box[];
}

export type CodesAnswer = { found: CodesFound } | { error: unknown };

/** The thread checks its limit only between two views. After this it is taken to hang. */
const hangingMs = 2 * readingLimits.ms;

/**
 * Reads codes in a separate thread: the reader is WebAssembly and blocks the thread that it runs on, so the engine could neither
 * be cancelled nor watch its time. The thread is started for the first picture; most engines never need one.
 */
export class CodeReader {
  #thread: Worker | null = null;

  /**
   * One picture at a time. A picture that is given up ends the thread, and the next one gets a new thread.
   * @throws JobFailure when the job was cancelled or its time is over; any other error if the reader failed.
   */
  async read(picture: DecodedPicture, boxes: readonly Box[], guard: WaitingGuard): Promise<CodesFound> {
    this.#thread ??= new Worker(new URL('./codes-thread.ts', import.meta.url));
    const thread = this.#thread;
    const asked = ask(thread, { picture: toGrey(picture), boxes });
    // If the guard ends the job, nobody waits for it any longer.
    asked.catch(() => {});
    try {
      return await guard.wait(asked);
    } catch (error) {
      this.#thread = null;
      await thread.terminate();
      throw error;
    }
  }
}

async function ask(thread: Worker, request: CodesRequest): Promise<CodesFound> {
  const answered = Promise.withResolvers<CodesAnswer>();
  const onError = (error: unknown) => answered.reject(error);
  const timer = setTimeout(() => onError(new Error(`No answer after ${hangingMs} ms.`)), hangingMs);
  const onExit = () => onError(new Error('The thread has ended.'));
  thread.once('message', answered.resolve).once('error', onError).once('exit', onExit);
  // Referenced while it works, so that a program without other work waits for it.
  thread.ref();
  thread.postMessage(request, [request.picture.grey.buffer as ArrayBuffer]);
  try {
    const answer = await answered.promise;
    if ('error' in answer) throw answer.error;
    return answer.found;
  } finally {
    clearTimeout(timer);
    thread.off('message', answered.resolve).off('error', onError).off('exit', onExit);
    thread.unref();
  }
}
