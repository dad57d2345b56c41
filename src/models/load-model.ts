import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type ModelManifest, manifestSchema } from './manifest.ts';
import { ModelError } from './model-error.ts';
import { readJson } from './read-json.ts';

/** The file of one variant of a model. */
export interface ModelFile {
  variant: string;
  /** Absolute path. */
  file: string;
  sha256: string;
}

/** One variant of a model, ready to be given to an engine. The checksum is compared by the engine, as it loads the file. */
export interface LoadedModel<M extends ModelManifest = ModelManifest> extends ModelFile {
  /** name@version */
  key: string;
  manifest: M;
  /** Variants that may run instead if they are faster on a machine; empty if the variant was named. */
  alternatives: readonly ModelFile[];
}

/** They find the same products. Which one is faster depends on the processor: int8 needs instructions that not all have. */
const rivals = ['int8', 'fp32'];

/** Reads models/<name>/<version>/manifest.json. Throws ModelError when it or the ONNX file is missing or wrong. */
export async function loadModel(modelsDir: string, key: string, variantName?: string): Promise<LoadedModel> {
  const [name, version] = key.split('@') as [string, string];
  const folder = join(modelsDir, name, version);
  const manifest = await readJson(join(folder, 'manifest.json'), manifestSchema);
  if (manifest.name !== name || manifest.version !== version) {
    throw new ModelError(
      `${folder}/manifest.json says ${manifest.name}@${manifest.version}; but a model must be in the folder <name>/<version>. Rename one of them.`,
    );
  }
  const variant = variantName ?? manifest.defaultVariant;
  const others = variantName === undefined && rivals.includes(variant) ? rivals : [];
  const alternatives = others.filter((other) => other !== variant && other in manifest.variants);
  return {
    key,
    manifest,
    ...(await findFile(folder, manifest, variant)),
    alternatives: await Promise.all(alternatives.map((other) => findFile(folder, manifest, other))),
  };
}

async function findFile(folder: string, manifest: ModelManifest, variantKey: string): Promise<ModelFile> {
  const key = `${manifest.name}@${manifest.version}`;
  const variant = manifest.variants[variantKey];
  if (!variant) {
    throw new ModelError(`${key} has no variant "${variantKey}"; it has ${Object.keys(manifest.variants).join(', ')}.`);
  }
  const file = join(folder, variant.file);
  await access(file).catch((error: unknown) => {
    throw new ModelError(
      `${file} is missing, but ${key} names it for variant ${variantKey}. Add the file, or correct the manifest.`,
      { cause: error },
    );
  });
  return { variant: variantKey, file, sha256: variant.sha256 };
}

/** Narrows a model to the kind that a pipeline's step needs; throws ModelError for another kind. */
export function expectKind<K extends ModelManifest['kind']>(
  model: LoadedModel,
  kind: K,
): LoadedModel<Extract<ModelManifest, { kind: K }>> {
  if (model.manifest.kind !== kind) {
    throw new ModelError(`${model.key} has kind ${model.manifest.kind}, but its step in the pipeline needs a ${kind}.`);
  }
  return model as LoadedModel<Extract<ModelManifest, { kind: K }>>;
}
