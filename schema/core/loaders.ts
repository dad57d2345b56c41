import { dataloaderGetter } from '@pothos/plugin-dataloader';
import type { Context } from '../../src/context.ts';
import { type Load, together } from './together.ts';

/** The options with which `loadableNodeRef` reads rows by their ids (UUIDs). */
export function rowsById<Row extends { id: string }>(load: Load<Row>) {
  const toKey = (row: Row) => row.id;
  return { id: { resolve: toKey }, load: together(load, toKey), toKey, sort: true } as const;
}

/** A loader of what is no node and says its own key. It gives null for a key of which nothing is read. */
export function loaderBy<Found>(toKey: (found: Found) => string, load: Load<Found>) {
  return dataloaderGetter<string, Found | null, string>({}, together(load, toKey), undefined, (found) => toKey(found!));
}

/** A loader of what does not say its own key. It gives null for a key that the map does not have. */
export function loaderOfMap<Found>(
  load: (keys: readonly string[], context: Context) => Promise<ReadonlyMap<string, Found>>,
) {
  const loadEntries = together<[string, Found]>(
    async (keys, context) => [...(await load(keys, context))],
    ([key]) => key,
  );
  const loadAll = async (keys: readonly string[], context: object) => {
    const found = new Map(await loadEntries(keys, context));
    return keys.map((key) => found.get(key) ?? null);
  };
  return dataloaderGetter<string, Found | null, string>({}, loadAll, undefined, false);
}
