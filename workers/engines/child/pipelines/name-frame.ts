import type { ScoredBox } from '../../../../src/recognition/box.ts';
import type { JobKinds } from '../../protocol/jobs.ts';
import type { WaitingGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import { StepTimes } from '../steps/step-times.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';
import { nameBoxes } from './name-boxes.ts';
import type { NamingRequest } from './naming-request.ts';

/** Of each product, only what it is taken for. */
const options = { matchCatalog: true, topCandidates: 1, smoothNeighbors: false } as const;

/** Names products that were found in a frame of a video before. */
export async function nameFrame(
  picture: DecodedPicture,
  boxes: readonly ScoredBox[],
  pipeline: ReadyProductPipeline,
  request: Omit<NamingRequest, 'options'>,
  guard: WaitingGuard,
): Promise<JobKinds['nameFrame']['result']> {
  const times = new StepTimes();
  const namings = await nameBoxes(boxes, { picture, pipeline, request: { ...request, options }, times, guard });
  const names = namings.map(({ itemId, confidence, matchedBy }) => ({ itemId, confidence, matchedBy }));
  return { ok: true, names, timings: times.timings(0) };
}
