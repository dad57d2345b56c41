import { cosines } from './matching.ts';

/**
 * Chooses which pictures to keep so that they differ from each other: as long as there are too many, the older one of the two most
 * similar goes, because packs change.
 * @param embeddings L2-normalised, the oldest first.
 * @returns the indexes of those to keep, ascending.
 */
export function chooseVaried(embeddings: readonly Float32Array[], most: number): number[] {
  const kept = embeddings.map((_, index) => index);
  if (kept.length <= most) return kept;
  const dims = embeddings[0]!.length;
  const data = Float32Array.from(embeddings.flatMap((embedding) => [...embedding]));
  const similar = embeddings.map((embedding) => cosines(embedding, { dims, data }));
  const nearestOf = (index: number) =>
    kept.reduce(
      (best, other) => (other !== index && similar[index]![other]! > best ? similar[index]![other]! : best),
      -2,
    );
  while (kept.length > most) {
    const nearest = kept.map(nearestOf);
    kept.splice(nearest.indexOf(Math.max(...nearest)), 1);
  }
  return kept;
}
