import { pixelRegion, type ScoredBox } from '../../../../src/recognition/box.ts';
import type { WaitingGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import { embedRegions } from '../steps/embed/embed.ts';
import { embedStep } from '../steps/embed/embed-step.ts';
import type { StepTimes } from '../steps/step-times.ts';
import { verifyStep } from '../steps/verify/verify-step.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';
import { type MatchedNaming, nameFacings } from './name-facings.ts';
import type { NamingRequest } from './naming-request.ts';

interface Naming {
  picture: DecodedPicture;
  pipeline: ReadyProductPipeline;
  request: NamingRequest;
  times: StepTimes;
  guard: WaitingGuard;
}

/** Embeds and names products of a picture; without items, none gets a name. */
export async function nameBoxes(
  boxes: readonly ScoredBox[],
  { picture, pipeline, request, times, guard }: Naming,
): Promise<MatchedNaming[]> {
  const items = request.options.matchCatalog && request.items?.itemIds.length ? request.items : null;
  if (!items) return boxes.map(unnamed);
  const regions = boxes.map((box) => pixelRegion(box, picture));
  const embeddings = await times.measure(embedStep, () => embedRegions(picture, regions, pipeline, guard));
  const facings = embeddings.map((embedding, index) => ({ box: boxes[index]!, embedding }));
  const context = { picture, pipeline, regions, request, guard, items };
  return times.measure(verifyStep, () => nameFacings(facings, context));
}

function unnamed(box: ScoredBox): MatchedNaming {
  return { itemId: null, confidence: box.score, candidates: [], matchedBy: null };
}
