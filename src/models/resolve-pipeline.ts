import type { LoadedPipeline } from './load-pipelines.ts';

/** What runs when a task names no pipeline. */
export const defaultPipeline = 'shelf';

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
