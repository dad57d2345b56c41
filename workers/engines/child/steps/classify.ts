import { decodeLogits } from '../../../../src/recognition/decoders/logits.ts';
import { type FoundLabel, judgeLabels } from '../../../../src/recognition/labels.ts';
import { fitFrame } from '../../../../src/recognition/letterbox.ts';
import type { AnalyzeJob, JobKinds } from '../../protocol/jobs.ts';
import type { JobGuard } from '../job-guard.ts';
import { runBatches } from '../models/run-batches.ts';
import { cutRegion } from '../pictures/cut.ts';
import type { DecodedFile, DecodedPicture } from '../pictures/decode.ts';
import type { LabelStep, ReadyLabelPipeline } from './loaded-pipelines.ts';

/** Labels a decoded picture as a whole. decodeMs is passed through into the timings. */
export async function labelPicture(
  picture: DecodedFile & { decodeMs: number },
  pipeline: ReadyLabelPipeline,
  options: Pick<AnalyzeJob, 'threshold' | 'topCandidates' | 'acceptGroups'>,
  guard: JobGuard,
): Promise<JobKinds['analyze']['result']> {
  const startedAt = performance.now();
  const labels = await classifyPicture(picture, pipeline, guard);
  const inferredAt = performance.now();
  const threshold = options.threshold ?? pipeline.settings.threshold;
  const judged = judgeLabels(labels, { ...options, threshold });
  return {
    ok: true,
    width: picture.width,
    height: picture.height,
    detections: [],
    ...judged,
    warnings: picture.warnings,
    timings: {
      decodeMs: picture.decodeMs,
      inferenceMs: inferredAt - startedAt,
      matchMs: performance.now() - inferredAt,
    },
  };
}

/** The confidence of every label of the model, in its order. */
export async function classifyPicture(
  picture: DecodedPicture,
  { classifier }: LabelStep,
  guard: JobGuard,
): Promise<FoundLabel[]> {
  const { input, output, labels } = classifier.model.manifest;
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const size = fitFrame(picture, input, input.resize);
  const found: FoundLabel[] = [];
  await runBatches(
    classifier,
    1,
    async () => ({ width: size.width, height: size.height, rgb: await cutRegion(picture, whole, size) }),
    (outputs) => {
      const chances = decodeLogits(outputs, output.tensors, 0, labels.length);
      found.push(...labels.map((label, index) => ({ ...label, confidence: chances[index]! })));
    },
    guard,
  );
  return found;
}
