import type { Transaction } from 'kysely';
import type { CorrectionRow } from '../analyses/corrections/correction.ts';
import type { DB } from '../database/types.generated.ts';
import { encodeId } from '../ids.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import type { RowProblem } from './problem.ts';
import { replaceBy } from './replace.ts';
import type { Run } from './runs.repository.ts';
import { lockPictures, writeChanges } from './write-changes.ts';

/**
 * Stores corrections in the order given, each in place of those that it replaces. Run it in `inLogOrder`; after the commit call
 * `hints.eventsWritten()`.
 * @param runs those that they were made on
 * @returns by id, why some were not stored: the analysis was deleted meanwhile, or a later one is about the same product
 */
export async function addCorrections(
  trx: Transaction<DB>,
  organizationId: string,
  added: readonly CorrectionRow[],
  runs: ReadonlyMap<string, Run>,
): Promise<Map<string, RowProblem>> {
  const lost = new Map<string, RowProblem>();
  const locked = await lockPictures(
    trx,
    organizationId,
    added.map(({ first_run }) => first_run),
  );
  let current = locked.corrections;
  for (const next of added) {
    if (locked.runIds.has(next.analysis_id)) current = replaceBy(next, current, runs.get(next.analysis_id)!);
    else lost.set(next.id, new NotFoundError(encodeId('analysis', next.analysis_id)));
  }
  const stored = new Set(current);
  for (const one of added)
    if (!stored.has(one) && !lost.has(one.id)) lost.set(one.id, new ConflictError(replacedAtOnce));
  await writeChanges(trx, organizationId, locked, current);
  return lost;
}

const replacedAtOnce = 'A later entry of the request is about the same product, and was stored instead.';
