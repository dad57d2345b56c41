/** Rows in the order of the ids, as loaders want them; null where there is none. */
export async function loadInOrder<Row>(
  ids: readonly string[],
  idOf: (row: Row) => string,
  rows: Promise<readonly Row[]>,
): Promise<(Row | null)[]> {
  const byId = new Map((await rows).map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}
