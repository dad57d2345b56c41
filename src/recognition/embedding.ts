/** Scales a vector to length 1, in place; throws for a vector without direction (all zeros, or not finite). */
export function normalizeEmbedding(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  if (!(length > 0) || !Number.isFinite(length)) throw new Error(`An embedding of length ${length} has no direction.`);
  for (let index = 0; index < vector.length; index++) vector[index]! /= length;
  return vector;
}

/**
 * One vector for an item with several reference pictures: their mean, normalised. Using the best of the pictures instead was
 * measured to be worse (31 % right instead of 46-50 %): each additional picture is another chance of a false match. Throws if the
 * pictures cancel each other out, so that no direction is left. All vectors must have the same length, at least one is needed.
 */
export function averageEmbeddings(embeddings: readonly Float32Array[]): Float32Array {
  const dims = embeddings[0]?.length ?? 0;
  const mean = new Float32Array(dims);
  for (const embedding of embeddings) {
    if (embedding.length !== dims) throw new Error(`Embeddings of ${dims} and ${embedding.length} numbers do not mix.`);
    for (let index = 0; index < dims; index++) mean[index]! += embedding[index]!;
  }
  return normalizeEmbedding(mean);
}
