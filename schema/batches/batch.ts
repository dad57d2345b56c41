import { dataloaderGetter } from '@pothos/plugin-dataloader';
import { type AnalysisRow, countBatchAnalyses, listBatchAnalyses } from '../../src/analyses/analyses.repository.ts';
import { type BatchRow, findBatches } from '../../src/batches/batches.repository.ts';
import { batchStatus, endedCount, etaSeconds } from '../../src/batches/status.ts';
import type { Context } from '../../src/context.ts';
import { sumConsumedByBatch } from '../../src/organizations/credits.repository.ts';
import { Analysis, AnalysisConnection } from '../analyses/analysis.ts';
import { AnalysisFilter, toAnalysisFilter } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, numberKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { registerNode } from '../core/node.ts';
import { Task } from '../tasks/task.ts';

export const BatchStatus = builder.enumType('BatchStatus', {
  description: 'How far a batch is.',
  values: {
    PROCESSING: { description: 'All still run.' },
    PARTIAL: { description: 'Some have ended.' },
    COMPLETED: { description: 'All have ended.' },
  } as const,
});

export const Batch = builder.loadableNodeRef('Batch', {
  id: { resolve: (row: BatchRow) => row.id },
  load: (ids: string[], context) => findBatches(context.app.db, organizationOf(context), ids),
  toKey: (row) => row.id,
  sort: true,
});

/** A page of batches asks the ledger once. */
const consumedLoader = dataloaderGetter<string, { batch_id: string | null; consumed: number } | null, string>(
  {},
  (ids, context) => sumConsumedByBatch((context as Context).app.db, organizationOf(context as Context), ids),
  undefined,
  (row) => row!.batch_id!,
);

Batch.implement({
  description: 'Pictures that were submitted together.',
  isTypeOf: undefined,
  fields: (t) => ({
    task: t.field({
      type: Task,
      nullable: true,
      description: 'null when its images went to several tasks.',
      resolve: (row) => row.task_id,
    }),
    status: t.field({ type: BatchStatus, description: 'Follows from the counters.', resolve: batchStatus }),
    total: t.exposeInt('total', { description: 'completed + processing + failed + canceled + expired.' }),
    completed: t.exposeInt('completed', { description: 'Analyses that SUCCEEDED.' }),
    processing: t.int({
      description: 'Analyses that await their picture, wait or run.',
      resolve: (row) => row.total - endedCount(row),
    }),
    failed: t.exposeInt('failed', { description: 'Analyses that FAILED.' }),
    canceled: t.exposeInt('canceled', { description: 'Analyses that were CANCELED.' }),
    expired: t.exposeInt('expired', { description: 'Analyses that EXPIRED.' }),
    progress: t.float({
      description: 'How much has ended, 0..1.',
      resolve: (row) => endedCount(row) / row.total,
    }),
    etaSeconds: t.float({
      nullable: true,
      description: 'Until the last has ended, at the pace so far; null before the first and after the last has ended.',
      resolve: (row) => etaSeconds(row, (Date.now() - row.created_at.getTime()) / 1000),
    }),
    analyses: t.field({
      type: AnalysisConnection,
      description: 'In the order of the request.',
      args: { ...pageArgs(t.arg), filter: t.arg({ type: AnalysisFilter, description: 'Narrowing rules.' }) },
      complexity: pageComplexity,
      resolve: (batch, args, context) => {
        const organizationId = organizationOf(context);
        const { db } = context.app;
        const filters = [toAnalysisFilter(args.filter)];
        return connect(
          args,
          numberKey<AnalysisRow>('batch', (row) => row.position!),
          {
            load: (keyset) => listBatchAnalyses(db, organizationId, batch.id, filters, keyset),
            count: () => countBatchAnalyses(db, organizationId, batch.id, filters),
          },
        );
      },
    }),
    eventCursor: t.string({
      description: 'Subscribe after this cursor to miss nothing of this batch.',
      resolve: (row, _args, context) => context.app.events.cursorAt({ xid: row.created_xid, id: '0' }),
    }),
    creditsConsumed: t.int({
      description:
        'What it has cost: one credit for each analysis that it made and an engine has run, less what was given back. Until it is COMPLETED, what waits is counted, too. 0 when the plan is not metered.',
      resolve: async (batch, _args, context) => (await consumedLoader(context).load(batch.id))?.consumed ?? 0,
    }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was submitted.', resolve: (row) => row.created_at }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last of it ended; null before.',
      resolve: (row) => row.finished_at,
    }),
  }),
});

registerNode('Batch', (context, id) => Batch.getDataloader(context).load(id));

builder.objectField(Analysis, 'batch', (t) =>
  t.field({
    type: Batch,
    nullable: true,
    description: 'The batch that made it; null when it was submitted alone.',
    resolve: (analysis) => analysis.batch_id,
  }),
);
