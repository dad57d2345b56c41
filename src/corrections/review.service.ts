import type { Transaction } from 'kysely';
import { type CorrectionRow, isApplied } from '../analyses/corrections/correction.ts';
import type { DB } from '../database/types.generated.ts';
import { inLogOrder } from '../events/order.ts';
import { type GivenId, uuidsOf } from '../given-id.ts';
import { removeUnusedCrops } from '../images/removal/remove-crops.ts';
import type { Resources } from '../resources.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import { ConflictError, NotFoundError } from '../user-error.ts';
import { findCorrections } from './corrections.repository.ts';
import { replaceBy } from './replace.ts';
import { findRuns } from './runs.repository.ts';
import { type LockedCorrections, lockPictures, writeChanges } from './write-changes.ts';

/** Corrections of one request. */
export const maxReviewed = 500;

type App = Pick<Resources, 'db' | 'hints' | 'blobs' | 'logger'>;

/**
 * Makes proposals count. One that counts already stays as it is.
 * @param narrowing what the caller is limited to; null: nothing
 * @returns one result for each id, in their order
 */
export async function approveCorrections(
  app: App,
  organizationId: string,
  ids: readonly GivenId[],
  narrowing: Narrowing | null,
): Promise<(CorrectionRow | NotFoundError)[]> {
  const approved = await review(app, organizationId, { ids, narrowing }, async (trx, chosen, current) => {
    const runIds = [...new Set(chosen.map(({ analysis_id }) => analysis_id))];
    const runs = new Map((await findRuns(trx, organizationId, runIds)).map((run) => [run.id, run]));
    return chosen
      .filter((one) => !isApplied(one))
      .reduce((all, one) => replaceBy({ ...one, status: 'APPLIED' }, all, runs.get(one.analysis_id)!), current);
  });
  const rows = await findCorrections(app.db, organizationId, approved);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map(({ uuid, text }) => byId.get(uuid ?? '') ?? new NotFoundError(text));
}

export interface RemovedCorrection {
  id: string;
}

/**
 * Undoes corrections. One that counts is removed only for a caller who could have made it count.
 * @param options teaches: whether the caller has the scope TEACH
 * @returns one result for each id, in their order
 */
export async function removeCorrections(
  app: App,
  organizationId: string,
  ids: readonly GivenId[],
  { narrowing, teaches }: { narrowing: Narrowing | null; teaches: boolean },
): Promise<(RemovedCorrection | NotFoundError | ConflictError)[]> {
  const kept = new Set<string>();
  const found = await review(app, organizationId, { ids, narrowing }, async (_trx, chosen, current) => {
    const removed = new Set(chosen.filter((one) => teaches || !isApplied(one)));
    for (const one of chosen) if (!removed.has(one)) kept.add(one.id);
    return current.filter((one) => !removed.has(one));
  });
  return ids.map(({ uuid, text }) => {
    if (uuid === null || !found.includes(uuid)) return new NotFoundError(text);
    if (kept.has(uuid))
      return new ConflictError(`The correction ${text} is APPLIED. Removing it needs the scope TEACH.`);
    return { id: uuid };
  });
}

/** @returns the ids of those that exist and that the caller sees */
async function review(
  app: App,
  organizationId: string,
  { ids, narrowing }: { ids: readonly GivenId[]; narrowing: Narrowing | null },
  decide: (
    trx: Transaction<DB>,
    chosen: readonly CorrectionRow[],
    current: readonly CorrectionRow[],
  ) => Promise<readonly CorrectionRow[]>,
): Promise<string[]> {
  const chosen = await inLogOrder(app.db, async (trx) => {
    const seen = await findCorrections(trx, organizationId, uuidsOf(ids), narrowing);
    const locked: LockedCorrections = await lockPictures(
      trx,
      organizationId,
      seen.map(({ first_run }) => first_run),
    );
    const seenIds = new Set(seen.map(({ id }) => id));
    const present = locked.corrections.filter(({ id }) => seenIds.has(id));
    await writeChanges(trx, organizationId, locked, await decide(trx, present, locked.corrections));
    return present.map(({ id }) => id);
  });
  app.hints.eventsWritten();
  await removeUnusedCrops(app, organizationId);
  return chosen;
}
