import { checkOptions } from '../analyses/options.ts';
import { checkSubmitted } from '../analyses/submitted-fields.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import {
  checkOptionsFor,
  checkProcessingSeconds,
  findNamedTasks,
  toSubmissionTask,
} from '../batches/submission-tasks.ts';
import type { Resources } from '../resources.ts';
import { ValidationError, type ValidationIssue } from '../user-error.ts';
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
  const given = inputs.map(({ taskId }) => taskId);
  const tasks = await findNamedTasks(app, organizationId, given);
  const issues = inputs.flatMap(({ options }, index): ValidationIssue[] => {
    const at = ['videos', String(index)];
    const task = tasks[index]!;
    const useless = withoutEffect.filter((name) => options[name]);
    const refusal = whyNoVideos(task);
    return [
      ...checkOptionsFor(app, task, options, [...at, 'options']),
      ...useless.map((name) => ({ path: [...at, 'options', name], message: 'It has no effect on videos. Omit it.' })),
      ...(refusal === null ? [] : [{ path: [...at, 'taskId'], message: refusal }]),
    ];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  return tasks.map((task) => toSubmissionTask(app, task));
}
