import type { Kysely } from 'kysely';
import { isConnectionTrouble } from '../../src/database/sqlstate.ts';
import type { DB } from '../../src/database/types.generated.ts';
import type { Narrowing } from '../../src/shared/narrowing.ts';
import { Together } from '../../src/shared/together.ts';

/** Entities by their ids. @param narrowing what the caller is limited to; absent or null: nothing */
export type FindEntities<Row> = (
  db: Kysely<DB>,
  organizationId: string,
  ids: readonly string[],
  narrowing?: Narrowing | null,
) => Promise<readonly Row[]>;

interface Wanted {
  organizationId: string;
  ids: readonly string[];
}

type Entity = { id: string };
type Finder = Together<Wanted, Entity[]>;

/** Requests that are answered by one statement. */
const most = 500;

/** By the connections and the function that reads. */
const finders = new WeakMap<Kysely<DB>, WeakMap<FindEntities<Entity>, Finder>>();

/**
 * Finds objects of an organisation by their ids, together with what other operations look for at the same moment: after a restart,
 * thousands of streams ask at once whether their object exists.
 */
export function findTogether(db: Kysely<DB>, find: FindEntities<Entity>, wanted: Wanted): Promise<Entity[]> {
  const ofDatabase = finders.get(db) ?? new WeakMap<FindEntities<Entity>, Finder>();
  finders.set(db, ofDatabase);
  const finder =
    ofDatabase.get(find) ??
    new Together({ answer: (all) => findAll(db, find, all), concernsAll: isConnectionTrouble, atOnce: 2, most });
  ofDatabase.set(find, finder);
  return finder.ask(wanted);
}

async function findAll(db: Kysely<DB>, find: FindEntities<Entity>, wanted: readonly Wanted[]): Promise<Entity[][]> {
  const found = new Map<string, Map<string, Entity>>();
  for (const [organizationId, ofOne] of Map.groupBy(wanted, (one) => one.organizationId)) {
    const ids = [...new Set(ofOne.flatMap((one) => one.ids))];
    const rows = await find(db, organizationId, ids);
    found.set(organizationId, new Map(rows.map((row) => [row.id, row])));
  }
  return wanted.map(({ organizationId, ids }) => ids.flatMap((id) => found.get(organizationId)?.get(id) ?? []));
}
