import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import {
  buildVectorIndex,
  copyVectors,
  findVectorIndex,
  hasVectorExtension,
  installVectors,
  listLargeLibraries,
} from './vector-index.repository.ts';

/** Pictures that an exact scan takes less than 50 ms for on one core: bench/search.ts measured 24 ms, an older run 48. */
export const mostScanned = 150_000;

/** In one transaction: 60 ms, for which its id holds back the event log. */
const copiedAtOnce = 200;

/**
 * Where the database has pgvector, builds the index of every library that has grown beyond what is scanned fast. From then
 * on searches by example go by it. When `stop` fires it gives up; what it has not done is done another time.
 *
 * @returns how many it built.
 */
export async function tendVectorIndexes(
  db: Kysely<DB>,
  model: string,
  { stop, moreThan = mostScanned }: { stop: AbortSignal; moreThan?: number },
): Promise<number> {
  if (!(await hasVectorExtension(db))) return 0;
  let built = 0;
  for (const { organizationId, dims } of await listLargeLibraries(db, model, moreThan)) {
    const scope = { organizationId, model };
    if ((await findVectorIndex(db, scope)) === 'valid') continue;
    await installVectors(db);
    let last: Buffer | null = null;
    do {
      if (stop.aborted) return built;
      last = await copyVectors(db, scope, last, copiedAtOnce);
    } while (last);
    if (!(await buildVectorIndex(db, scope, dims, stop))) return built;
    built += 1;
  }
  return built;
}
