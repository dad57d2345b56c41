import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A MODELS_DIR of the project's models in variants that do not hang on the machine. */
    pinnedModels: string;
  }
}

const projectModels = fileURLToPath(new URL('../../models', import.meta.url));

interface Step {
  model: string;
  variant?: string;
}

/**
 * Puts the project's models into a folder, with pipelines that name the default variant of each: what a test finds must
 * not hang on which one is faster on its machine, and no start need find out.
 * @param without files of pipelines that are left out.
 */
export async function addProjectModels(folder: string, without: readonly string[] = []): Promise<void> {
  await mkdir(join(folder, 'pipelines'), { recursive: true });
  for (const name of await readdir(projectModels)) {
    if (!['pipelines', 'training'].includes(name)) await symlink(join(projectModels, name), join(folder, name));
  }
  const files = await readdir(join(projectModels, 'pipelines'));
  for (const file of files.filter((name) => !without.includes(name))) {
    const pipeline = JSON.parse(await readFile(join(projectModels, 'pipelines', file), 'utf8'));
    for (const step of Object.values<Step>(pipeline.steps)) {
      const { defaultVariant, variants } = await readManifest(step.model);
      if ('int8' in variants && 'fp32' in variants) step.variant ??= defaultVariant;
    }
    await writeFile(join(folder, 'pipelines', file), JSON.stringify(pipeline));
  }
}

async function readManifest(model: string): Promise<{ defaultVariant: string; variants: object }> {
  return JSON.parse(await readFile(join(projectModels, ...model.split('@'), 'manifest.json'), 'utf8'));
}

/** For all test files of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-pinned-models-'));
  await addProjectModels(folder);
  project.provide('pinnedModels', folder);
  return () => rm(folder, { recursive: true, force: true });
}
