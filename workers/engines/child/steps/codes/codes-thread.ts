import { parentPort } from 'node:worker_threads';
import { planViews } from '../../../../../src/recognition/codes/plan-views.ts';
import type { CodesAnswer, CodesRequest } from './code-reader.ts';
import { readingLimits, readViews } from './read-views.ts';
import { readView } from './zxing.ts';

/** The thread of an engine that reads codes. An entry point, like the engine's. */
async function answer({ picture, boxes }: CodesRequest): Promise<CodesAnswer> {
  const groups = planViews(boxes, picture);
  return { found: await readViews(groups, (view, most) => readView(picture, view, most), readingLimits) };
}

parentPort!.on('message', async (request: CodesRequest) => {
  const answered = await answer(request).catch((error: unknown): CodesAnswer => ({ error }));
  parentPort!.postMessage(answered);
});
