import type { Resources } from '../resources.ts';
import type { EmbeddingScope } from './embeddings.repository.ts';
import { findVectorIndex, searchVectorIndex } from './vector-index.repository.ts';

/**
 * The pictures of a library that are nearest to an embedding: cosine by hash (lower-case hex). Exact, by a scan in memory, unless
 * the library is so large that an index was built for it. Of 150,000 generated pictures, that index found 99.6 % of the nearest 10,
 * 99.7 % of 100 and 88 % of 500 (bench/search.ts).
 */
export async function findNearest(
  { db, library, logger }: Pick<Resources, 'db' | 'library' | 'logger'>,
  scope: EmbeddingScope,
  query: Float32Array,
  limit: number,
): Promise<Map<string, number>> {
  if ((await findVectorIndex(db, scope)) === 'valid') {
    try {
      return new Map(
        (await searchVectorIndex(db, scope, query, limit)).map(({ sha256, cosine }) => [sha256, cosine] as const),
      );
    } catch (error) {
      logger.warn({ err: error, ...scope }, 'The vector index could not be searched. The library is scanned instead.');
    }
  }
  const matrix = await library.get(scope, query.length);
  return new Map((await matrix.nearest(query, limit)).map(({ sha256, cosine }) => [sha256, cosine] as const));
}
