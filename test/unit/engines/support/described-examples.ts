import { fileURLToPath } from 'node:url';
import type { EnginePool } from '../../../../workers/engines/pool/pool.ts';
import type { ItemMatrix, StoredFeatures, WantedFeatures } from '../../../../workers/engines/protocol/item-matrix.ts';
import type { Product } from '../../../support/examples.ts';

export const examplesFolder = fileURLToPath(new URL('../../../../examples/', import.meta.url));

/** Products as an indexing job describes them; an item's id and its picture's are its slug. */
export interface Catalogue {
  matrix: ItemMatrix;
  features: ReadonlyMap<string, Uint8Array>;
}

export async function describeExamples(
  pool: EnginePool,
  products: readonly Product[],
  pipeline: string,
): Promise<Catalogue> {
  const described = await Promise.all(
    products.map(async ({ slug, file }) => {
      const outcome = await pool.describe({
        id: slug,
        file: `${examplesFolder}${file}`,
        pipeline,
        features: true,
        priority: 0,
      });
      if (!outcome.ok) throw new Error(outcome.failure.message);
      return outcome;
    }),
  );
  const dims = described[0]!.embedding.length;
  const data = new Float32Array(products.length * dims);
  for (const [row, { embedding }] of described.entries()) data.set(embedding, row * dims);
  const itemIds = products.map(({ slug }) => slug);
  return {
    matrix: { key: 'task', version: '1', itemIds, pictureIds: itemIds.map((id) => [id]), dims, data },
    features: new Map(described.flatMap(({ features }, row) => (features ? [[itemIds[row]!, features]] : []))),
  };
}

/** The same without some items, as of a task that does not look for them. */
export function withoutItems({ matrix, features }: Catalogue, slugs: readonly string[]): Catalogue {
  const rows = matrix.itemIds.flatMap((id, row) => (slugs.includes(id) ? [] : [row]));
  const data = new Float32Array(rows.length * matrix.dims);
  for (const [to, from] of rows.entries())
    data.set(matrix.data.subarray(from * matrix.dims, (from + 1) * matrix.dims), to * matrix.dims);
  const itemIds = rows.map((row) => matrix.itemIds[row]!);
  const pictureIds = rows.map((row) => matrix.pictureIds[row]!);
  return { features, matrix: { ...matrix, key: `without ${slugs.join(' ')}`, itemIds, pictureIds, data } };
}

/** Answers an engine as a worker does. */
export function answerFrom({ features }: Catalogue) {
  return async (_model: string, wanted: readonly WantedFeatures[]): Promise<StoredFeatures[]> =>
    wanted.flatMap(({ pictureId }) => {
      const found = features.get(pictureId);
      return found ? [{ pictureId, features: found }] : [];
    });
}
