import { rerun } from '../../src/batches/rerun.service.ts';
import { Analysis, Priority } from '../analyses/analysis.ts';
import { AnalysisTarget, toAnalysisTarget } from '../analyses/inputs.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { SubmitBatchResult } from './submit-batch.ts';

const RerunScope = builder.enumType('RerunScope', {
  description: 'Which analyses of a batch or task run again.',
  values: {
    FAILED: { description: 'Those that FAILED.' },
    ALL: { description: 'All, whatever has become of them.' },
  } as const,
});

const RerunInput = builder.inputType('RerunInput', {
  description: 'What to run again.',
  fields: (t) => ({
    target: t.field({
      type: AnalysisTarget,
      required: true,
      description:
        'Which analyses: at most 1,000 by ids, 10,000 of a batch or task. Of a batch or task those whose picture or task was deleted are passed over; by ids all run again or none.',
    }),
    scope: t.field({
      type: RerunScope,
      required: true,
      defaultValue: 'FAILED',
      description: 'Of a batch or task; ids are run again whatever has become of them.',
    }),
    priority: t.field({ type: Priority, required: true, defaultValue: 'NORMAL', description: 'What runs first.' }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
  }),
});

builder.mutationField('rerunAnalyses', (t) =>
  t.field({
    type: SubmitBatchResult,
    description:
      "Analyses the same pictures again with what their tasks say now, pipeline and items included: new analyses beside the old ones, as one batch of any size, in the order of the ids, of the batch's request or of submission. Each costs like one that is submitted. ValidationError also when there is nothing to run again.",
    args: { input: t.arg({ type: RerunInput, required: true, description: 'What to run again.' }) },
    resolve: async (_root, { input }, context) => {
      const { batchId, items, replayed } = await rerun(
        context.app,
        organizationOf(context),
        { target: toAnalysisTarget(input.target), scope: input.scope, priority: input.priority },
        requestKey(context, 'rerunAnalyses', input.idempotencyKey),
      );
      return { batchId: batchId!, items, replayed };
    },
  }),
);

builder.objectField(Analysis, 'rerunOf', (t) =>
  t.field({
    type: Analysis,
    nullable: true,
    description: 'The analysis that this one runs again; null when it is none of rerunAnalyses, or that one is gone.',
    resolve: (analysis) => analysis.rerun_of,
  }),
);
