import { parentPort, workerData } from 'node:worker_threads';
import type { FeatureTask } from './feature-runners.ts';
import { openFeatureSession } from './feature-session.ts';

/** A thread of an engine that finds keypoints. An entry point, like the engine's. */
const session = await openFeatureSession(workerData);
parentPort!.on('message', async ({ rgb, valid }: FeatureTask) => {
  parentPort!.postMessage(await session.run(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), valid));
});
parentPort!.postMessage('ready');
