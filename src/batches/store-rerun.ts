import type { Transaction } from 'kysely';
import { countStatuses } from '../analyses/batch-status.ts';
import { type Priority, priorities } from '../analyses/life.ts';
import { firstStatus, insertAnalyses, type NewAnalysis } from '../analyses/new-analyses.repository.ts';
import { uncountEarlierRuns } from '../analyses/statistics/changes.repository.ts';
import { readSubmitted } from '../analyses/submitted-fields.ts';
import { addWakeTokens } from '../analyses/wake-tokens.repository.ts';
import type { DB } from '../database/types.generated.ts';
import { newId } from '../ids.ts';
import { hideAsTasksSay } from '../images/blur.repository.ts';
import type { lockImageStatuses } from '../images/locks.repository.ts';
import { consumeCredits } from '../organizations/credits.service.ts';
import { readFailure } from '../shared/failure.ts';
import { placesOf } from './batch-places.ts';
import { insertBatch } from './batches.repository.ts';
import type { RerunSource } from './rerun.repository.ts';
import { isRunnable, oneTask, type Submitted, startBatch, waitsFor } from './store-submission.ts';
import { readsText, type SubmissionTask } from './submission.ts';

type LockedImage = Awaited<ReturnType<typeof lockImageStatuses>>[number];

/** An analysis to rerun. */
export interface Rerun {
  source: RerunSource;
  /** In its current state. */
  task: SubmissionTask;
  /** Locked. If it FAILED, so does the analysis; if it is still arriving, the analysis waits for it. */
  image: LockedImage;
}

/** Rows per statement, so that its parameter stays small. */
const rowsAtOnce = 1_000;

/** What they cost: a picture that could not be used costs nothing. */
export function creditsOfPictures(reruns: readonly Rerun[]): number {
  return reruns.filter(({ image }) => image.status !== 'FAILED').length;
}

/**
 * Stores them as one batch, in the caller's transaction.
 * @throws InsufficientCreditsError; OutOfOrderError, so call it in a transaction of `inLogOrder`
 */
export async function storeRerun(
  trx: Transaction<DB>,
  {
    organizationId,
    priority,
    reruns,
    actor,
  }: { organizationId: string; priority: Priority; reruns: readonly Rerun[]; actor: string | null },
): Promise<Submitted> {
  const analyses = reruns.map(toAnalysis);
  const batch = {
    id: newId(),
    organizationId,
    taskId: oneTask(analyses),
    placeIds: placesOf(analyses),
    priority: priorities[priority],
    analysisIds: analyses.map(({ id }) => id),
    counts: countStatuses(analyses.map(firstStatus)),
  };
  await consumeCredits(trx, organizationId, creditsOfPictures(reruns), { batchId: batch.id });
  await insertBatch(trx, batch);
  await uncountEarlierRuns(
    trx,
    organizationId,
    reruns.map(({ source }) => firstRun(source)),
  );
  const shared = { organizationId, batchId: batch.id, priority: batch.priority, maxProcessingSeconds: null, actor };
  for (let start = 0; start < analyses.length; start += rowsAtOnce)
    await insertAnalyses(trx, shared, analyses.slice(start, start + rowsAtOnce));
  await hideAsTasksSay(trx, organizationId, analyses);
  await startBatch(trx, batch);
  await addWakeTokens(trx, analyses.filter(isRunnable).length, batch.priority);
  return { batchId: batch.id, items: analyses.map(({ id }) => ({ analysisId: id, replayed: false })) };
}

/** The analysis that its picture was first submitted as. */
function firstRun({ id, rerun_of, first_run }: RerunSource): string {
  return first_run ?? rerun_of ?? id;
}

function toAnalysis({ source, task, image }: Rerun): NewAnalysis {
  return {
    id: newId(),
    taskId: task.id,
    imageId: image.id,
    pipeline: task.pipeline,
    computeShares: task.computeShares,
    computeRealogram: task.computeRealogram,
    readText: readsText(task, source.options),
    readCodes: source.options.readCodes ?? task.readCodes,
    findGaps: task.findGaps,
    currency: task.currency,
    acceptGroups: task.acceptGroups,
    options: source.options,
    ...readSubmitted(source),
    maxProcessingSeconds: source.max_processing_seconds,
    rerunOf: source.id,
    firstRun: firstRun(source),
    // An image that could not be used then cannot be used now.
    failure: image.status === 'FAILED' ? readFailure(image) : null,
    waitsFor: waitsFor(image),
  };
}
