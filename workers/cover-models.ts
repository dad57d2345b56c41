import type { LoadedPipeline } from '../src/models/load-pipelines.ts';

/** A pipeline to describe a picture with, and what it adds to the ones before it. */
export interface Coverage {
  pipeline: string;
  /** null: an earlier one has it. */
  embedder: string | null;
  /** null: an earlier one has it, or there is none. */
  verifier: string | null;
}

/** The fewest of these pipelines that cover every embedder and every verifier of theirs, each of which describes a picture once. */
export function coverModels(pipelines: readonly LoadedPipeline[]): Coverage[] {
  const covered = new Set<string>();
  const onlyNew = (model: string | null) => {
    if (model === null || covered.has(model)) return null;
    covered.add(model);
    return model;
  };
  return [...pipelines]
    .sort((a, b) => Number(b.verifierVersion !== null) - Number(a.verifierVersion !== null))
    .map(({ key, embedderVersion, verifierVersion }) => ({
      pipeline: key,
      embedder: onlyNew(embedderVersion),
      verifier: onlyNew(verifierVersion),
    }))
    .filter(({ embedder, verifier }) => embedder !== null || verifier !== null);
}
