import type { LoadedPipeline } from './load-pipelines.ts';

export type TaskType = LoadedPipeline['taskTypes'][number];

/** What finds products when nobody names a pipeline, if it is here. */
export const defaultPipeline = 'shelf';
/** The same for labels: those that come with the project, so that another one in the folder changes no task by its name. */
const defaultPipelines: readonly string[] = [defaultPipeline, 'classify'];

/** The name of what runs when a task of this type names no pipeline; null when nothing here runs such tasks. */
export function defaultPipelineFor(pipelines: readonly LoadedPipeline[], type: TaskType): string | null {
  const able = pipelines.filter((pipeline) => runsTaskType(pipeline, type)).map(({ name }) => name);
  return able.find((name) => defaultPipelines.includes(name)) ?? able[0] ?? null;
}

export function runsTaskType(pipeline: LoadedPipeline, type: TaskType): boolean {
  return (pipeline.taskTypes as readonly TaskType[]).includes(type);
}

/**
 * The pipeline that a task's text means: `name` is the newest version of that name, `name@version` exactly that one.
 * null when it is not here.
 */
export function resolvePipeline(pipelines: readonly LoadedPipeline[], text: string): LoadedPipeline | null {
  const [name, version] = text.split('@');
  const named = pipelines.filter((pipeline) => pipeline.name === name);
  if (version !== undefined) return named.find((pipeline) => pipeline.version === version) ?? null;
  return named.sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))[0] ?? null;
}
