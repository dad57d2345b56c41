import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LoadedModel } from '../../../src/models/load-model.ts';
import type { LocalFeaturesManifest } from '../../../src/models/manifest.ts';
import type { Size } from '../../../src/recognition/box.ts';
import type { LocalFeatures } from '../../../src/recognition/local-features/features.ts';
import { type FeatureSession, openFeatureSession } from './feature-session.ts';

type Run = FeatureSession['run'];

/**
 * Opens a model in this thread and in `threads - 1` others, since a run uses one processor only: a hundred crops take 1.2 s
 * with two threads, 2.2 s with one. Each works on one crop at a time, in the order in which they are asked for. Throws ModelError.
 */
export async function openFeatureRunners(
  model: LoadedModel<LocalFeaturesManifest>,
  threads: number,
): Promise<FeatureSession> {
  const own = await openFeatureSession(model);
  const others = await Promise.all(Array.from({ length: threads - 1 }, () => startThread(model)));
  // The other threads first: this one has the matching to do.
  const idle: Run[] = [own.run, ...others];
  const waiting: ((run: Run) => void)[] = [];
  const giveBack = (run: Run) => {
    const next = waiting.shift();
    if (next) next(run);
    else idle.push(run);
  };
  return {
    side: own.side,
    async run(rgb, valid) {
      const run = idle.pop() ?? (await new Promise<Run>((resolve) => waiting.push(resolve)));
      try {
        return await run(rgb, valid);
      } finally {
        giveBack(run);
      }
    },
  };
}

/** A frame for a thread, which answers with the features found in it. */
export interface FeatureTask {
  rgb: Uint8Array;
  valid: Size;
}

/** A run that fails is that picture's failure, as in the engine's own thread. */
export type FeatureAnswer = { features: LocalFeatures } | { error: Error };

async function startThread(model: LoadedModel<LocalFeaturesManifest>): Promise<Run> {
  const thread = new Worker(new URL('./feature-thread.ts', import.meta.url), { workerData: model });
  await once(thread, 'message');
  // Such as a want of memory: the thread is over, so the engine ends with it and is started again.
  thread.on('error', (error) => {
    throw error;
  });
  thread.unref();
  return async (rgb, valid) => {
    // Referenced while it works, so that a program that has nothing else to wait for waits for it.
    thread.ref();
    thread.postMessage({ rgb, valid } satisfies FeatureTask);
    const [answer] = (await once(thread, 'message')) as [FeatureAnswer];
    thread.unref();
    if ('error' in answer) throw answer.error;
    return answer.features;
  };
}
