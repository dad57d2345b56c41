import { parentPort } from 'node:worker_threads';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { createSession } from './create-session.ts';
import type { Feeds, ThreadAnswer, ThreadRequest } from './model-threads.ts';

/** A thread of an engine that runs models, one run at a time and each on this thread only. An entry point, like the engine's. */
const sessions = new Map<string, InferenceSession>();

async function answer(request: ThreadRequest): Promise<ThreadAnswer> {
  if (request.type === 'run') {
    const { file, feeds } = request;
    return { outputs: await run(sessions.get(file)!, feeds), feeds };
  }
  const { model, options } = request;
  const session = await createSession(model, 1, options);
  sessions.set(model.file, session);
  const { inputNames, outputNames, inputMetadata } = session;
  return { tensors: { inputNames, outputNames, inputMetadata } };
}

async function run(session: InferenceSession, feeds: Feeds) {
  const inputs = Object.entries(feeds).map(([name, { data, dims }]) => [name, new Tensor('float32', data, dims)]);
  const outputs = await session.run(Object.fromEntries(inputs));
  // What of a tensor can be sent.
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
  );
}

parentPort?.on('message', async (request: ThreadRequest) => {
  const answered = await answer(request).catch((error: Error): ThreadAnswer => ({ error }));
  parentPort?.postMessage(
    answered,
    'feeds' in answered ? Object.values(answered.feeds).map(({ data }) => data.buffer) : [],
  );
});
