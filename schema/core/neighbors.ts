import type DataLoader from 'dataloader';
import type { Context } from '../../src/context.ts';

/** Loads objects by id, together with the others of the request: for example a ref that was made with `loadableNodeRef`. */
interface Loadable<Value> {
  getDataloader(context: Context): DataLoader<string, Value>;
}

/** An object that each entry of a list names by its id, for example the task of an analysis. */
interface Neighbor {
  type: Loadable<object | null>;
  idOf(entry: object): string | null;
}

/** By the type of the entries, then by field. */
const neighbors = new Map<string, Map<string, Neighbor>>();

/**
 * An entry has what was loaded for it, by field. On the entry itself: a WeakMap of all entries would burden every collection. A list that
 * reads such objects together with its entries puts them there; they have the columns that the selected fields need, and possibly no others.
 */
type Entry = object & { neighbors?: Record<string, object | null> | null };

/**
 * The resolver of a field with such an object: what {@link loadNeighbors} has loaded for the whole list, and otherwise a promise of
 * it. With promises, every entry of a list and every list around it has to be awaited.
 */
export function neighbor<Of extends object>(
  typeName: string,
  field: string,
  type: Loadable<object | null>,
  idOf: (entry: Of) => string | null,
): (entry: Of, args: object, context: Context) => never {
  const ofType = neighbors.get(typeName) ?? new Map<string, Neighbor>();
  // The type of the entries is the one that the caller names.
  neighbors.set(typeName, ofType.set(field, { type, idOf: idOf as Neighbor['idOf'] }));
  const load = (id: string | null, context: Context) => (id === null ? null : type.getDataloader(context).load(id));
  return (entry, _args, context) => {
    const found = (entry as Entry).neighbors?.[field];
    // A field that is not nullable reports a null itself.
    return (found === undefined ? load(idOf(entry), context) : found) as never;
  };
}

/** Loads what the selected fields of the entries need, each object once, before the entries are resolved. */
export async function loadNeighbors(
  typeName: string,
  entries: readonly object[],
  selected: ReadonlySet<string>,
  context: Context,
): Promise<void> {
  const wanted = [...(neighbors.get(typeName) ?? [])].filter(([field]) => selected.has(field));
  await Promise.all(wanted.map(([field, of]) => loadNeighbor(field, of, entries, context)));
}

async function loadNeighbor(
  field: string,
  { type, idOf }: Neighbor,
  entries: readonly Entry[],
  context: Context,
): Promise<void> {
  const left = entries.filter((entry) => entry.neighbors?.[field] === undefined);
  const ids = [...new Set(left.map(idOf).filter((id) => id !== null))];
  if (ids.length === 0) return;
  const values = await type.getDataloader(context).loadMany(ids);
  const byId = new Map(ids.map((id, index) => [id, values[index]!]));
  for (const entry of left) {
    const id = idOf(entry);
    const value = id === null ? undefined : byId.get(id);
    // The field loads it again, and reports the error itself.
    if (value === undefined || value instanceof Error) continue;
    entry.neighbors ??= {};
    entry.neighbors[field] = value;
  }
}
