import { parentPort } from 'node:worker_threads';
import { JobFailure } from '../../protocol/job-failure.ts';
import { decodeHeic } from './heic.ts';
import type { HeicAnswer, HeicRequest } from './heic-decoder.ts';

/** The thread of an engine that decodes HEIC. An entry point, like the engine's. */
async function answer({ id, bytes, size }: HeicRequest): Promise<HeicAnswer> {
  const { data, ...shape } = await decodeHeic(Buffer.from(bytes.buffer), size);
  return { id, pixels: { ...shape, data: new Uint8Array(data.buffer as ArrayBuffer) } };
}

function explain(id: number, error: unknown): HeicAnswer {
  if (error instanceof JobFailure) return { id, failure: error.failure };
  return { id, error: error instanceof Error ? error : new Error(String(error)) };
}

parentPort!.on('message', async (request: HeicRequest) => {
  const answered = await answer(request).catch((error: unknown) => explain(request.id, error));
  parentPort!.postMessage(answered, 'pixels' in answered ? [answered.pixels.data.buffer] : []);
});
