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

/** An exact scan of this many pictures takes less than 50 ms on one core: bench/search.ts measured 24 ms, an older run 48. */
export const mostScanned = 150_000;

/** Per transaction: 60 ms, during which its id holds back the event log. */
const copiedAtOnce = 200;

/**
 * If the database has pgvector, builds the index of every library that is too large for a fast scan. From then on searches by
 * example use it. When `stop` fires it ends; the rest is done another time.
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
