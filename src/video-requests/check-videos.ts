import { type AnalysisOptions, checkOptions } from '../analyses/options.ts';
import { checkSubmitted } from '../analyses/submitted-fields.ts';
import type { SubmissionTask } from '../batches/submission.ts';
import {
  checkOptionsFor,
  checkProcessingSeconds,
  findNamedTasks,
  toSubmissionTask,
} from '../batches/submission-tasks.ts';
import { resolvePipeline } from '../models/resolve-pipeline.ts';
import type { Resources } from '../resources.ts';
import type { TaskRow } from '../tasks/tasks.repository.ts';
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

/**
 * Options that change nothing for a video: those about single pictures, and how many candidates are listed, because things in frames are
 * listed without candidates. Frames that are labelled as a whole list so many labels.
 */
function idleOnVideos(app: Resources, { pipeline }: TaskRow): ('readText' | 'readCodes' | 'topCandidates')[] {
  const labelsFrames = resolvePipeline(app.pipelines, pipeline)?.kind === 'LABELS';
  return labelsFrames ? ['readText', 'readCodes'] : ['readText', 'readCodes', 'topCandidates'];
}

function checkVideoOptions(
  app: Resources,
  task: TaskRow,
  options: AnalysisOptions,
  path: readonly string[],
): ValidationIssue[] {
  const idle = idleOnVideos(app, task).filter((name) => options[name] !== undefined && options[name] !== false);
  const others = { ...options };
  for (const name of idle) delete others[name];
  return [
    ...checkOptionsFor(app, task, others, path),
    ...idle.map((name) => ({ path: [...path, name], message: 'It has no effect on videos of this task. Omit it.' })),
  ];
}

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
    const refusal = whyNoVideos(task);
    return [
      ...checkVideoOptions(app, task, options, [...at, 'options']),
      ...(refusal === null ? [] : [{ path: [...at, 'taskId'], message: refusal }]),
    ];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  return tasks.map((task) => toSubmissionTask(app, task));
}
