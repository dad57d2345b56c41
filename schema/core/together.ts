import type { Kysely } from 'kysely';
import type { Context } from '../../src/context.ts';
import { isConnectionTrouble } from '../../src/database/sqlstate.ts';
import type { DB } from '../../src/database/types.generated.ts';
import { patiently } from '../../src/events/patiently.ts';
import { Together } from '../../src/shared/together.ts';

/** Reads the objects that exist of these keys, in any order. */
export type Load<Row> = (keys: readonly string[], context: Context) => Promise<readonly Row[]>;

interface Wanted {
  keys: readonly string[];
  context: Context;
}

/** Responses whose objects are read by one statement. */
const most = 100;

/**
 * Makes a loader read together what responses to events need at the same moment. Each response has loaders of its own, so without this, ten
 * thousand streams that begin at once read the task of each analysis by a statement of its own, and wait for connections until that is
 * an error (measured). What cannot be read because no connection can be had is read later: a client could do nothing about an event with
 * an error. Requests are read as they were.
 *
 * Only callers with the same view are read for together, so that nothing is shown to one that another may see.
 */
export function together<Row>(load: Load<Row>, toKey: (row: Row) => string) {
  const loads = new WeakMap<Kysely<DB>, Together<Wanted, Row[]>>();
  const answer = async (all: readonly Wanted[]) => {
    const found = new Map<string, Map<string, Row>>();
    for (const [view, ofView] of Map.groupBy(all, ({ context }) => context.viewKey!))
      found.set(view, await loadAll(load, toKey, ofView));
    return all.map(({ keys, context }) => pick(found.get(context.viewKey!)!, keys));
  };
  return async (keys: readonly string[], context: object): Promise<Row[]> => {
    const { app, viewKey } = context as Context;
    const wanted = { keys, context: context as Context };
    if (viewKey === null) return [...(await load(keys, wanted.context))];
    const ofDatabase =
      loads.get(app.db) ?? new Together<Wanted, Row[]>({ answer, concernsAll: isConnectionTrouble, atOnce: 2, most });
    loads.set(app.db, ofDatabase);
    return ofDatabase.ask(wanted);
  };
}

function pick<Row>(found: ReadonlyMap<string, Row>, keys: readonly string[]): Row[] {
  return keys.filter((key) => found.has(key)).map((key) => found.get(key)!);
}

async function loadAll<Row>(
  load: Load<Row>,
  toKey: (row: Row) => string,
  wanted: readonly Wanted[],
): Promise<Map<string, Row>> {
  const keys = [...new Set(wanted.flatMap((one) => one.keys))];
  const rows = await patiently(() => load(keys, wanted[0]!.context));
  return new Map(rows.map((row) => [toKey(row), row]));
}
