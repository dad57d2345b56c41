import { cancelAnalyses } from '../../src/analyses/cancel.service.ts';
import {
  type DeletedAnalysis as DeletedAnalysisShape,
  type DeletionResult,
  deleteAnalyses,
} from '../../src/analyses/delete.service.ts';
import { encodeId } from '../../src/ids.ts';
import { ConflictError, NotFoundError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenIds } from '../core/given-id.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
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

/** Per transaction, with results and memberships: tens of milliseconds. */
const maxDeletions = 500;

const DeletedAnalysis = builder.objectRef<DeletedAnalysisShape>('DeletedAnalysis').implement({
  description: 'The analysis and its result have been deleted. Its image, and the counters of its batches, stay.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the deleted analysis.', resolve: ({ id }) => encodeId('analysis', id) }),
  }),
});

const DeleteAnalysisResult = resultUnion('DeleteAnalysisResult', {
  description: 'The deleted analysis. ConflictError: it has not ended; cancel it first.',
  success: DeletedAnalysis,
  errors: [NotFoundError, ConflictError],
});

const DeleteAnalysesPayload = outcomesPayload<DeletionResult>('DeleteAnalysesPayload', {
  each: 'analysis',
  type: DeleteAnalysisResult,
});

builder.mutationField('deleteAnalyses', (t) =>
  t.field({
    type: DeleteAnalysesPayload,
    description:
      'Deletes analyses that have ended, with their results, annotated pictures and crops, each independently of the others. Batches keep their counters and no longer list them.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The analyses to delete, at most ${maxDeletions}.`,
        validate: atMost('ids', maxDeletions),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await deleteAnalyses(context.app, organizationOf(context), givenIds('analysis', ids)),
    }),
  }),
);
