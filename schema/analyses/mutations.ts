import { cancelAnalyses } from '../../src/analyses/cancel.service.ts';
import { ConflictError, NotFoundError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { Analysis } from './analysis.ts';
import { AnalysisTarget, toAnalysisTarget } from './inputs.ts';

const CancelAnalysisResult = resultUnion('CancelAnalysisResult', {
  description: 'The canceled analysis; ConflictError: it had ended before.',
  success: Analysis,
  errors: [NotFoundError, ConflictError],
});

const CancelAnalysesPayload = builder
  .objectRef<Awaited<ReturnType<typeof cancelAnalyses>>>('CancelAnalysesPayload')
  .implement({
    description: 'What became of each.',
    fields: (t) => ({
      results: t.field({
        type: [CancelAnalysisResult],
        description:
          'In the order of the ids. Of a batch or task: what was canceled, in order of submission; what had ended before is passed over.',
        resolve: (results) => results,
      }),
    }),
  });

builder.mutationField('cancelAnalyses', (t) =>
  t.field({
    type: CancelAnalysesPayload,
    description: 'Ends analyses that have not ended: what waits never runs, what runs is thrown away when it is done.',
    args: { target: t.arg({ type: AnalysisTarget, required: true, description: 'Which ones.' }) },
    resolve: (_root, { target }, context) =>
      cancelAnalyses(context.app, organizationOf(context), toAnalysisTarget(target)),
  }),
);
