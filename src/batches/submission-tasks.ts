import { type AnalysisOptions, checkOptionsApply } from '../analyses/options.ts';
import type { GivenId } from '../given-id.ts';
import { readTextFault, resolvePipeline, runsTaskType } from '../models/resolve-pipeline.ts';
import type { Resources } from '../resources.ts';
import { findTasks, type TaskRow } from '../tasks/tasks.repository.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import type { SubmissionTask } from './submission.ts';

/**
 * The tasks that a request names for its images or videos, in its order.
 * @throws NotFoundError for one that is unknown or deleted
 */
export async function findNamedTasks(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  given: readonly GivenId[],
): Promise<TaskRow[]> {
  const ids = [...new Set(given.flatMap(({ uuid }) => uuid ?? []))];
  const rows = new Map((await findTasks(db, organizationId, ids)).map((row) => [row.id, row]));
  return given.map(({ uuid, text }) => {
    const row = rows.get(uuid ?? '');
    if (!row || row.deleted_at !== null) throw new NotFoundError(text);
    return row;
  });
}

/** What is wrong with options for a task. */
export function checkOptionsFor(
  app: Resources,
  { type, pipeline }: TaskRow,
  options: AnalysisOptions,
  path: readonly string[],
): ValidationIssue[] {
  return checkOptionsApply(options, { type, pipeline: resolvePipeline(app.pipelines, pipeline) }, path);
}

/** @throws ValidationError if its pipeline is not installed on this server */
export function toSubmissionTask(app: Resources, task: TaskRow): SubmissionTask {
  return {
    id: task.id,
    pipeline: pipelineOf(app, task),
    computeShares: task.compute_shares,
    computeRealogram: task.compute_realogram,
    readText: task.read_text,
    readTextFault: readTextFault(task.type, resolvePipeline(app.pipelines, task.pipeline)),
    readCodes: task.read_codes,
    findGaps: task.find_gaps,
    currency: task.currency,
    acceptGroups: task.type === 'FILTER' ? task.accept_groups : null,
  };
}

function pipelineOf(app: Resources, task: TaskRow): string {
  const pipeline = resolvePipeline(app.pipelines, task.pipeline);
  if (pipeline && runsTaskType(pipeline, task.type)) return pipeline.key;
  const trouble = pipeline
    ? `runs no ${task.type} tasks in version ${pipeline.version}`
    : 'is not installed on this server';
  const message = `The task's pipeline ${task.pipeline} ${trouble}. Change the task to one of Query.pipelines.`;
  throw new ValidationError([{ path: ['taskId'], message }]);
}

/** A day: no analysis takes as long, and a timer of Node is limited to 24 days. */
export const mostProcessingSeconds = 86_400;

/** @param seconds null or 0: no limit */
export function checkProcessingSeconds(seconds: number | null, path: readonly string[]): ValidationIssue[] {
  if (seconds === null || (seconds >= 0 && seconds <= mostProcessingSeconds)) return [];
  const message = `It is ${seconds}; expected 1 to ${mostProcessingSeconds} seconds, or 0 for no limit.`;
  return [{ path: [...path, 'maxProcessingSeconds'], message }];
}
