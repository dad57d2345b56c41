import { checkOptions, checkOptionsApply } from '../analyses/options.ts';
import { checkSubmitted } from '../analyses/submitted-fields.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import { mostProcessingSeconds, toSubmissionTask } from '../batches/submit.service.ts';
import { resolvePipeline } from '../models/resolve-pipeline.ts';
import type { Resources } from '../resources.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import type { Sampling } from '../video-analyses/sampling.ts';
import type { AnalyzeVideoInput } from './video-input.ts';
import { whyNoVideos } from './why-no-videos.ts';

/** More than any camera records; a video has no more frames than it has. */
export const mostFramesPerSecond = 120;
/** An hour of video at this rate has ten frames. */
export const leastFramesPerSecond = 1 / 360;
/** As many as an hour has at the highest rate. */
const mostSampledFrames = 3_600 * mostFramesPerSecond;

/** @throws ValidationError with all that can be said before any byte is read. */
export function checkVideoInputs(inputs: readonly AnalyzeVideoInput[]): void {
  const issues: ValidationIssue[] = [];
  if (inputs.length === 0) issues.push({ path: ['videos'], message: 'It is empty. Send at least one video.' });
  inputs.forEach((input, index) => {
    const at = ['videos', String(index)];
    issues.push(
      ...checkSubmitted(input, at),
      ...checkOptions(input.options, [...at, 'options']),
      ...checkSampling(input.sampling, [...at, 'sampling']),
      ...checkProcessingSeconds(input.maxProcessingSeconds, at),
    );
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

function checkSampling({ framesPerSecond, maxFrames }: Sampling, path: readonly string[]): ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  if (!(framesPerSecond >= leastFramesPerSecond && framesPerSecond <= mostFramesPerSecond))
    issues.push({
      path: [...path, 'framesPerSecond'],
      message: `It is ${framesPerSecond}; expected 1/360 to ${mostFramesPerSecond}.`,
    });
  if (maxFrames !== null && (maxFrames < 1 || maxFrames > mostSampledFrames))
    issues.push({ path: [...path, 'maxFrames'], message: `It is ${maxFrames}; expected 1 to ${mostSampledFrames}.` });
  return issues;
}

function checkProcessingSeconds(seconds: number | null, path: readonly string[]): ValidationIssue[] {
  if (seconds === null || (seconds >= 0 && seconds <= mostProcessingSeconds)) return [];
  const message = `It is ${seconds}; expected 1 to ${mostProcessingSeconds} seconds, or 0 for no limit.`;
  return [{ path: [...path, 'maxProcessingSeconds'], message }];
}

/** Options that are about single pictures only. */
const withoutEffect = ['readText', 'readCodes'] as const;

/**
 * The task of each video, with the pipeline version that its analysis will use.
 * @throws NotFoundError, ValidationError
 */
export async function findVideoTasks(
  app: Resources,
  organizationId: string,
  inputs: readonly AnalyzeVideoInput[],
): Promise<SubmissionTask[]> {
  const ids = [...new Set(inputs.flatMap(({ taskId }) => taskId.uuid ?? []))];
  const rows = new Map((await findTasks(app.db, organizationId, ids)).map((row) => [row.id, row]));
  const issues: ValidationIssue[] = [];
  const tasks = inputs.map(({ taskId, options }, index) => {
    const row = rows.get(taskId.uuid ?? '');
    if (!row || row.deleted_at !== null) throw new NotFoundError(taskId.text);
    const path = ['videos', String(index), 'options'];
    const pipeline = resolvePipeline(app.pipelines, row.pipeline);
    issues.push(...checkOptionsApply(options, { type: row.type, pipeline }, path));
    for (const name of withoutEffect)
      if (options[name]) issues.push({ path: [...path, name], message: 'It has no effect on videos. Omit it.' });
    const message = whyNoVideos(row);
    if (message !== null) issues.push({ path: ['videos', String(index), 'taskId'], message });
    return toSubmissionTask(app, row);
  });
  if (issues.length > 0) throw new ValidationError(issues);
  return tasks;
}
