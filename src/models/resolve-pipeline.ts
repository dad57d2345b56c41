import type { LoadedPipeline } from './load-pipelines.ts';

export type TaskType = LoadedPipeline['taskTypes'][number];

/** The pipeline that finds products when none is named, if it is installed. */
export const defaultPipeline = 'shelf';
/** The same for labels. These are the included pipelines, so that adding another one does not change existing tasks. */
const defaultPipelines: readonly string[] = [defaultPipeline, 'classify'];

/** The name of the pipeline for tasks of this type that name none; null if no pipeline can run them. */
export function defaultPipelineFor(pipelines: readonly LoadedPipeline[], type: TaskType): string | null {
  const able = pipelines.filter((pipeline) => runsTaskType(pipeline, type)).map(({ name }) => name);
  return able.find((name) => defaultPipelines.includes(name)) ?? able[0] ?? null;
}

export function runsTaskType(pipeline: LoadedPipeline, type: TaskType): boolean {
  return (pipeline.taskTypes as readonly TaskType[]).includes(type);
}

/** Why analyses of such a task with this pipeline cannot read text; null: they can. @param pipeline null: it is not installed. */
export function readTextFault(type: TaskType, pipeline: LoadedPipeline | null): string | null {
  if (type !== 'DETECTION') return `A ${type} task reads no text. Omit it, or use a DETECTION task.`;
  if (!pipeline || readsText(pipeline)) return null;
  return `The pipeline ${pipeline.key} reads no text. Use one with readsText: see Query.pipelines.`;
}

export function readsText(pipeline: LoadedPipeline): boolean {
  return pipeline.kind === 'PRODUCTS' && pipeline.text !== undefined;
}

/** Whether tasks that name this pipeline without a version use it. */
export function isNewest(pipelines: readonly LoadedPipeline[], { name, key }: LoadedPipeline): boolean {
  return resolvePipeline(pipelines, name)?.key === key;
}

/** Made once: `localeCompare` with options makes one at each call, which took a sixth of the time of a large submission. */
const versionOrder = new Intl.Collator('en', { numeric: true });

/**
 * The pipeline that a task names: `name` is the newest version with that name, `name@version` exactly that one. null if it is not
 * installed.
 */
export function resolvePipeline(pipelines: readonly LoadedPipeline[], text: string): LoadedPipeline | null {
  const [name, version] = text.split('@');
  const named = pipelines.filter((pipeline) => pipeline.name === name);
  if (version !== undefined) return named.find((pipeline) => pipeline.version === version) ?? null;
  return named.sort((a, b) => versionOrder.compare(b.version, a.version))[0] ?? null;
}
