import { parentPort, workerData } from 'node:worker_threads';
import type { FeatureAnswer, FeatureTask } from './feature-runners.ts';
import { openFeatureSession } from './feature-session.ts';

/** A thread of an engine that finds keypoints. An entry point, like the engine's. */
const session = await openFeatureSession(workerData);
parentPort!.on('message', async ({ rgb, valid }: FeatureTask) => {
  const answer: FeatureAnswer = await session.run(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), valid).then(
    (features) => ({ features }),
    (error: Error) => ({ error }),
  );
  parentPort!.postMessage(answer);
});
parentPort!.postMessage('ready');
