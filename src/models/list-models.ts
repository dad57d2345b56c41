import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
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

/** name@version of every folder with a manifest; folders may be symbolic links. */
async function listModelKeys(modelsDir: string): Promise<string[]> {
  const keys: string[] = [];
  for (const name of await readdir(modelsDir)) {
    for (const version of await listFolder(join(modelsDir, name))) {
      const manifest = await stat(join(modelsDir, name, version, 'manifest.json')).catch(nullWhenMissing);
      if (manifest?.isFile()) keys.push(`${name}@${version}`);
    }
  }
  return keys.sort();
}

/** Names of the entries of a folder; none for a file. */
async function listFolder(path: string): Promise<string[]> {
  return (await stat(path)).isDirectory() ? readdir(path) : [];
}

function nullWhenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
