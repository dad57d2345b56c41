import { stepModels } from '../../../src/models/load-pipelines.ts';
import { Semaphore } from '../../../src/shared/semaphore.ts';
import type { ItemMatrix } from '../protocol/item-matrix.ts';
import type { FromEngine, InitMessage, ToEngine } from '../protocol/messages.ts';
import { Line } from './line.ts';
import { toLineJob } from './line-jobs.ts';
import { pickProvider } from './models/pick-provider.ts';
import { setUpSharp } from './pictures/sharp-setup.ts';
import { readyPipelines } from './pipelines/loaded-pipelines.ts';
import { CodeReader } from './steps/codes/code-reader.ts';
import { FeatureRequests } from './steps/verify/feature-requests.ts';
import { ItemFeatures } from './steps/verify/item-features.ts';

/**
 * The forked child that decodes pictures and runs models: no database, no network. It has no state that must be saved, so it may be
 * killed at any moment. This is an entry point, and the only module here that runs code when it is loaded.
 */
function send(message: FromEngine): void {
  // Nothing can be sent to a worker that has ended; 'disconnect' reports that.
  if (process.connected) process.send!(message, () => {});
}

async function prepare(init: InitMessage): Promise<void> {
  const matrices = new Map<string, ItemMatrix>();
  const { provider, problem } = await pickProvider(init.provider, init.pipelines.flatMap(stepModels)[0]!);
  const requests = new FeatureRequests(send);
  const resources = {
    pipelines: await readyPipelines(init.pipelines, init.threads, provider),
    matrices,
    features: new ItemFeatures((...question) => requests.ask(...question)),
    codes: new CodeReader(),
    // Weights are pixels: an image that does not fit into memory with the others waits for them.
    budget: new Semaphore(init.maxImagePixels),
    maxImagePixels: init.maxImagePixels,
  };
  const line = new Line(init.decodingCpuMs, {
    decoded: (id) => send({ type: 'decoded', id }),
    decodingOverdue: (id) => send({ type: 'decoding-overdue', id }),
    finished: (id, result) => send({ type: 'finished', id, result, rssBytes: process.memoryUsage.rss() }),
  });
  process.on('message', (message: ToEngine) => {
    if (message.type === 'job') line.add(toLineJob(message, resources));
    else if (message.type === 'matrix') matrices.set(message.slot, message.matrix);
    else if (message.type === 'drop-matrix') matrices.delete(message.slot);
    else if (message.type === 'cancel') line.cancel(message.id);
    else if (message.type === 'features') requests.answer(message.request, message.features);
  });
  // For threads that are started later: they may end, and Node would then write what they have loaded.
  delete process.env.NODE_COMPILE_CACHE;
  send({ type: 'ready', provider, ...(problem !== null && { problem }), rssBytes: process.memoryUsage.rss() });
}

// The pool decides when an engine ends. Ctrl-C and service managers signal the whole group; exiting because of that would interrupt
// pictures that the worker still wants to finish. When the worker ends, the channel closes, and that ends the engine.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
// Not with process.exit(), which aborts (SIGABRT, perhaps a core dump) if a thread is running a model.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

setUpSharp();
process.once('message', (init: InitMessage) => {
  prepare(init).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.send!({ type: 'unusable', message } satisfies FromEngine, () => process.exit(1));
  });
});
