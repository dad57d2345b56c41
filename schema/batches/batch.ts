import { countBatchAnalyses, listBatchAnalyses } from '../../src/analyses/analyses.repository.ts';
import { batchStatus, endedCount, etaSeconds } from '../../src/analyses/batch-status.ts';
import type { AnalysisRow } from '../../src/analyses/columns.ts';
import { type BatchRow, findBatches } from '../../src/batches/batches.repository.ts';
import { sumConsumedByBatch } from '../../src/organizations/credits.repository.ts';
import { Analysis, AnalysisConnection } from '../analyses/analysis.ts';
import { AnalysisFilter, toAnalysisFilter } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, numberKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { loaderBy, rowsById } from '../core/loaders.ts';
import { neighbor } from '../core/neighbors.ts';
import { registerNode } from '../core/node.ts';
import { Task } from '../tasks/task.ts';

export const BatchStatus = builder.enumType('BatchStatus', {
  description: 'The progress of a batch.',
  values: {
    PROCESSING: { description: 'No analysis has ended yet.' },
    PARTIAL: { description: 'Some analyses have ended.' },
    COMPLETED: { description: 'All analyses have ended.' },
  } as const,
});

export const Batch = builder.loadableNodeRef(
  'Batch',
  rowsById((ids, context) => findBatches(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

/** One query to the ledger for a page of batches. */
const consumedLoader = loaderBy(
  (row: { batch_id: string | null; consumed: number }) => row.batch_id!,
  (ids, context) => sumConsumedByBatch(context.app.db, organizationOf(context), ids),
);

Batch.implement({
  description: 'Images that were submitted together.',
  isTypeOf: undefined,
  fields: (t) => ({
    task: t.field({
      type: Task,
      nullable: true,
      description: 'The task of all images. Null if they were submitted to several tasks.',
      resolve: neighbor('Batch', 'task', Task, (row: BatchRow) => row.task_id),
    }),
    status: t.field({
      type: BatchStatus,
      description: 'The progress, derived from the counters.',
      resolve: batchStatus,
    }),
    total: t.exposeInt('total', {
      description: 'Number of analyses: completed + processing + failed + canceled + expired.',
    }),
    completed: t.exposeInt('completed', { description: 'Number of analyses that SUCCEEDED.' }),
    processing: t.int({
      description: 'Number of analyses that have not ended.',
      resolve: (row) => row.total - endedCount(row),
    }),
    failed: t.exposeInt('failed', { description: 'Number of analyses that are FAILED.' }),
    canceled: t.exposeInt('canceled', { description: 'Number of analyses that were CANCELED.' }),
    expired: t.exposeInt('expired', { description: 'Number of analyses that have EXPIRED.' }),
    progress: t.float({
      description: 'Share of the analyses that have ended, 0 to 1.',
      // A rerun of videos alone has an empty batch.
      resolve: (row) => (row.total === 0 ? 1 : endedCount(row) / row.total),
    }),
    etaSeconds: t.float({
      nullable: true,
      description:
        'Estimated seconds until the last analysis ends, at the average speed so far. Null until the first has ended, and once all have ended.',
      resolve: (row) => {
        const secondsUntil = (time: number) => (time - row.created_at.getTime()) / 1000;
        const now = Date.now();
        return etaSeconds(row, secondsUntil(row.progressed_at?.getTime() ?? now), secondsUntil(now));
      },
    }),
    analyses: t.field({
      type: AnalysisConnection,
      description: 'The analyses, in the order of the request.',
      args: {
        ...pageArgs(t.arg),
        filter: t.arg({ type: AnalysisFilter, description: 'Which analyses to list. Default: all.' }),
      },
      complexity: pageComplexity,
      resolve: (batch, args, context) => {
        const organizationId = organizationOf(context);
        const { db } = context.app;
        const filters = [toAnalysisFilter(args.filter), { narrowing: narrowingOf(context) }];
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
      description:
        'The position in the event log before the first event of this batch. Pass it as `after` to miss none of them.',
      resolve: (row, _args, context) => context.app.events.cursorAt({ xid: row.created_xid, id: '0' }),
    }),
    creditsConsumed: t.int({
      description:
        'Credits charged for the batch, less refunds. Each analysis that it created is charged when it is submitted, and refunded if no engine runs it. 0 if the plan is not metered.',
      resolve: async (batch, _args, context) => (await consumedLoader(context).load(batch.id))?.consumed ?? 0,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the batch was submitted.',
      resolve: (row) => row.created_at,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last analysis ended. Null until then.',
      resolve: (row) => row.finished_at,
    }),
  }),
});

registerNode('Batch', (context, id) => Batch.getDataloader(context).load(id), { permits: ['NARROWED'] });

builder.objectField(Analysis, 'batch', (t) =>
  t.field({
    type: Batch,
    nullable: true,
    description: 'The batch that created the analysis. Null if it was submitted by recognizeImage.',
    resolve: neighbor('Analysis', 'batch', Batch, (analysis: AnalysisRow) => analysis.batch_id),
  }),
);
