import { judgeLabels } from '../../../../src/recognition/labels.ts';
import type { AnalyzeJob, JobKinds } from '../../protocol/jobs.ts';
import type { JobGuard } from '../job-guard.ts';
import type { DecodedFile } from '../pictures/decode.ts';
import { classifyPicture } from '../steps/classify/classify.ts';
import { classifyStep } from '../steps/classify/classify-step.ts';
import { StepTimes } from '../steps/step-times.ts';
import type { ReadyLabelPipeline } from './loaded-pipelines.ts';

/** Labels a decoded picture as a whole. decodeMs is copied to the timings. */
export async function labelPicture(
  picture: DecodedFile & { decodeMs: number },
  pipeline: ReadyLabelPipeline,
  options: Pick<AnalyzeJob, 'threshold' | 'topCandidates' | 'acceptGroups'>,
  guard: JobGuard,
): Promise<JobKinds['analyze']['result']> {
  const times = new StepTimes();
  const labels = await times.measure(classifyStep, () => classifyPicture(picture, pipeline, guard));
  const threshold = options.threshold ?? pipeline.settings.threshold;
  const judged = await times.measure({ timing: 'matchMs' }, () => judgeLabels(labels, { ...options, threshold }));
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    detections: [],
    ...judged,
    texts: null,
    codes: null,
    warnings: picture.warnings,
    timings: times.timings(picture.decodeMs),
  };
}
