import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import { type LoadedModel, loadModel } from './load-model.ts';

/** Every variant of every model of the folder, used by a pipeline or not. Throws ModelError for the first broken one. */
export async function listModels(modelsDir: string): Promise<LoadedModel[]> {
  const models: LoadedModel[] = [];
  for (const key of await listModelKeys(modelsDir)) {
    const model = await loadModel(modelsDir, key);
    for (const variant of Object.keys(model.manifest.variants)) models.push(await loadModel(modelsDir, key, variant));
  }
  return models;
}

/** name@version of every folder with a manifest. */
async function listModelKeys(modelsDir: string): Promise<string[]> {
  const entries = await readdir(modelsDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name === 'manifest.json')
    .map((entry) => relative(modelsDir, entry.parentPath).split(/[/\\]/))
    .filter((parts) => parts.length === 2)
    .map(([name, version]) => `${name}@${version}`)
    .sort();
}
