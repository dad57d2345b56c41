import type { Transaction } from 'kysely';
import type { CorrectionRow, CorrectionStatus } from '../analyses/corrections/correction.ts';
import { changeEffects } from '../analyses/corrections/effects.repository.ts';
import { lockRuns } from '../analyses/statistics/changes.repository.ts';
import type { DB } from '../database/types.generated.ts';
import type { NewEvent } from '../events/event.ts';
import { appendEvents } from '../events/log.ts';
import { forgetTaught } from '../teaching/crops.repository.ts';
import { addTeachJobs } from '../teaching/teach-jobs.repository.ts';
import { deleteCorrections, insertCorrections, lockCorrections, markApplied } from './corrections.repository.ts';
import { findPlaces } from './runs.repository.ts';

/** The corrections of some pictures, locked, with all runs of the pictures. */
export interface LockedCorrections {
  runIds: ReadonlySet<string>;
  corrections: readonly CorrectionRow[];
}

/**
 * Locks the runs first, like all that changes analyses, so that no correction is added meanwhile and no run ends.
 * @throws OutOfOrderError, so call it in a transaction of `inLogOrder`.
 */
export async function lockPictures(
  trx: Transaction<DB>,
  organizationId: string,
  firstRuns: readonly string[],
): Promise<LockedCorrections> {
  const runs = await lockRuns(trx, organizationId, firstRuns);
  const corrections = await lockCorrections(trx, organizationId, firstRuns);
  return { runIds: new Set(runs.map(({ id }) => id)), corrections };
}

/** `from` null: it is new; `to` null: it is removed. */
interface CorrectionChange {
  correction: CorrectionRow;
  from: CorrectionStatus | null;
  to: CorrectionStatus | null;
}

/**
 * Writes what has changed, with the events, with what changes in the corrected results and statistics, and with what teaches from
 * now on and no longer. After the commit call `hints.eventsWritten()` and `removeUnusedCrops`.
 */
export async function writeChanges(
  trx: Transaction<DB>,
  organizationId: string,
  { runIds, corrections: before }: LockedCorrections,
  after: readonly CorrectionRow[],
): Promise<void> {
  const changes = findChanges(before, after);
  if (changes.length === 0) return;
  const removed = changes.filter(({ to }) => to === null);
  const approved = changes.filter(({ from, to }) => from !== null && to !== null);
  const added = changes.filter(({ from }) => from === null);
  // A detection has one correction of a status, so what is replaced goes first, and what it taught before it.
  await forgetTaught(trx, organizationId, idsOf(removed));
  await deleteCorrections(trx, organizationId, idsOf(removed));
  await markApplied(trx, organizationId, idsOf(approved));
  await insertCorrections(
    trx,
    added.map(({ correction }) => correction),
  );
  await addTeachJobs(trx, organizationId, idsOf(changes.filter(({ to }) => to === 'APPLIED')));
  const count = changes.some(({ from, to }) => from === 'APPLIED' || to === 'APPLIED');
  if (count) await changeEffects(trx, [...runIds]);
  await appendEvents(trx, await toEvents(trx, organizationId, changes));
}

function idsOf(changes: readonly CorrectionChange[]): string[] {
  return changes.map(({ correction }) => correction.id);
}

/** What is removed comes first: clients that show one correction of a product then never show two. */
function findChanges(before: readonly CorrectionRow[], after: readonly CorrectionRow[]): CorrectionChange[] {
  const [earlier, later] = [before, after].map((rows) => new Map(rows.map((row) => [row.id, row])));
  const removed = before.filter(({ id }) => !later!.has(id));
  return [
    ...removed.map((correction) => ({ correction, from: correction.status, to: null })),
    ...after.flatMap((correction) => {
      const from = earlier!.get(correction.id)?.status ?? null;
      return from === correction.status ? [] : [{ correction, from, to: correction.status }];
    }),
  ];
}

async function toEvents(
  trx: Transaction<DB>,
  organizationId: string,
  changes: readonly CorrectionChange[],
): Promise<NewEvent[]> {
  const analysisIds = changes.map(({ correction }) => correction.analysis_id);
  const places = await findPlaces(trx, organizationId, analysisIds);
  return changes.map(({ correction, from, to }) => {
    const { task_id, place_id } = places.get(correction.analysis_id)!;
    return {
      organizationId,
      kind: 'CORRECTION',
      entityId: correction.id,
      taskId: task_id,
      state: { status: to, previousStatus: from, analysisId: correction.analysis_id, placeId: place_id },
    };
  });
}
