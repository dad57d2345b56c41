import { cancelAnalyses } from '../../src/analyses/cancel.service.ts';
import { ConflictError, NotFoundError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { Analysis } from './analysis.ts';
import { AnalysisTarget, toAnalysisTarget } from './inputs.ts';

const CancelAnalysisResult = resultUnion('CancelAnalysisResult', {
  description: 'The cancelled analysis. ConflictError: it had already ended.',
  success: Analysis,
  errors: [NotFoundError, ConflictError],
});

const CancelAnalysesPayload = builder
  .objectRef<Awaited<ReturnType<typeof cancelAnalyses>>>('CancelAnalysesPayload')
  .implement({
    description: 'The outcome for each analysis.',
    fields: (t) => ({
      results: t.field({
        type: [CancelAnalysisResult],
        description:
          'With ids: one result per id, in their order. With a batch or task: the analyses that were cancelled, in the order of submission; those that had already ended are omitted.',
        resolve: (results) => results,
      }),
    }),
  });

builder.mutationField('cancelAnalyses', (t) =>
  t.field({
    type: CancelAnalysesPayload,
    description:
      'Cancels analyses that have not ended. Those that wait never run; the result of one that is running is discarded.',
    args: { target: t.arg({ type: AnalysisTarget, required: true, description: 'Which analyses to cancel.' }) },
    resolve: (_root, { target }, context) =>
      cancelAnalyses(context.app, organizationOf(context), toAnalysisTarget(target)),
  }),
);
