import type { Box } from '../../../../src/recognition/box.ts';
import type { JobKinds } from '../../protocol/jobs.ts';
import type { WaitingGuard } from '../job-guard.ts';
import type { DecodedPicture } from '../pictures/decode.ts';
import { codesStep, readCodes } from '../steps/codes/codes-step.ts';
import type { StepTimes } from '../steps/step-times.ts';
import { textDetectorStep } from '../steps/text/text-detector-step.ts';
import type { AnalysisRequest } from './analysis-request.ts';
import { findTags } from './find-tags.ts';
import type { ReadyProductPipeline } from './loaded-pipelines.ts';
import { OptionalSteps } from './optional-steps.ts';
import { readTextOf } from './read-text-of.ts';

/** What an analysis reads in a picture on request, and what became of it. */
type Extras = Pick<JobKinds['analyze']['result'], 'texts' | 'tags' | 'codes' | 'warnings' | 'faults'>;

interface ExtrasContext {
  pipeline: ReadyProductPipeline;
  request: AnalysisRequest;
  times: StepTimes;
  guard: WaitingGuard;
}

/** Reads codes and text, if requested. Codes come first because they take less of the time that is left. */
export async function readExtras(
  picture: DecodedPicture,
  detections: readonly Box[],
  { pipeline, request, times, guard }: ExtrasContext,
): Promise<Extras> {
  const optional = new OptionalSteps({ skips: request.skipsOptional ?? false });
  const codes = request.options.readCodes
    ? await optional.run('CODES_NOT_READ', () =>
        times.measure(codesStep, () => readCodes(request.codes, { picture, boxes: detections }, optional, guard)),
      )
    : null;
  const read = request.options.readText
    ? await optional.run('TEXT_NOT_READ', () =>
        times.measure(textDetectorStep, async () => ({
          tags: await findTags(picture, pipeline, detections, guard),
          texts: await readTextOf(picture, pipeline, detections, guard),
        })),
      )
    : null;
  return { texts: read?.texts ?? null, tags: read?.tags, codes, warnings: optional.warnings, faults: optional.faults };
}
