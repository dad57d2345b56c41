import { standsAlone } from '../../../recognition/taught.ts';
import type { Catalogue } from '../run-pipeline.ts';

/** A lesson as an engine describes its crop. */
export interface DescribedLesson {
  item: string;
  /** Unique. */
  id: string;
  embedding: Float32Array;
  /** null: the pipeline has no verifier. */
  features: Uint8Array | null;
}

/** The catalogue after the first `count` lessons of each item. */
export function teachCatalogue(
  { matrix, features }: Catalogue,
  lessons: readonly DescribedLesson[],
  count: number,
): Catalogue {
  const byItem = Map.groupBy(lessons, ({ item }) => item);
  const references = matrix.itemIds.flatMap((item, row) =>
    (byItem.get(item) ?? []).slice(0, count).map((lesson) => ({ ...lesson, row })),
  );
  const data = new Float32Array(references.length * matrix.dims);
  for (const [index, { embedding }] of references.entries()) data.set(embedding, index * matrix.dims);
  const rowOf = (row: number) => matrix.data.subarray(row * matrix.dims, (row + 1) * matrix.dims);
  const learned = references.flatMap(({ id, features: own }) => (own === null ? [] : [[id, own] as const]));
  return {
    matrix: {
      ...matrix,
      version: lessons.map(({ id }) => id).join() + count,
      taught: {
        references: {
          pictureIds: references.map(({ id }) => id),
          rows: references.map(({ row }) => row),
          alone: references.map(({ row, embedding }) => standsAlone(rowOf(row), embedding)),
          data,
        },
        counterExamples: { pictureIds: [], itemsBefore: [], data: new Float32Array() },
      },
    },
    features: new Map([...features, ...learned]),
  };
}
