import {
  approveCorrections,
  maxReviewed,
  type RemovedCorrection as RemovedCorrectionShape,
  removeCorrections,
} from '../../src/corrections/review.service.ts';
import { encodeId } from '../../src/ids.ts';
import { ConflictError, NotFoundError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { mayDo, narrowingOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenIds } from '../core/given-id.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
import { Correction } from './correction.ts';

const ApproveCorrectionResult = resultUnion('ApproveCorrectionResult', {
  description: 'The correction, which is APPLIED.',
  success: Correction,
  errors: [NotFoundError],
});

const ApproveCorrectionsPayload = outcomesPayload<Awaited<ReturnType<typeof approveCorrections>>[number]>(
  'ApproveCorrectionsPayload',
  { each: 'correction', type: ApproveCorrectionResult },
);

builder.mutationField('approveCorrections', (t) =>
  t.field({
    type: ApproveCorrectionsPayload,
    permits: ['NARROWED'],
    authScopes: { teach: true },
    description:
      'Makes corrections count that were PROPOSED, each independently of the others. Each replaces the one of the same product that is APPLIED. Requires the scope TEACH.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The corrections, at most ${maxReviewed}.`,
        validate: atMost('ids', maxReviewed),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await approveCorrections(
        context.app,
        organizationOf(context),
        givenIds('correction', ids),
        narrowingOf(context),
      ),
    }),
  }),
);

const RemovedCorrection = builder.objectRef<RemovedCorrectionShape>('RemovedCorrection').implement({
  description: 'The correction is gone, and its product is again as it was found.',
  fields: (t) => ({
    id: t.id({ description: 'The id of the correction.', resolve: ({ id }) => encodeId('correction', id) }),
  }),
});

const RemoveCorrectionResult = resultUnion('RemoveCorrectionResult', {
  description: 'The removed correction. ConflictError: it is APPLIED, and the caller does not have the scope TEACH.',
  success: RemovedCorrection,
  errors: [NotFoundError, ConflictError],
});

const RemoveCorrectionsPayload = outcomesPayload<Awaited<ReturnType<typeof removeCorrections>>[number]>(
  'RemoveCorrectionsPayload',
  { each: 'correction', type: RemoveCorrectionResult },
);

builder.mutationField('removeCorrections', (t) =>
  t.field({
    type: RemoveCorrectionsPayload,
    permits: ['NARROWED'],
    description:
      'Undoes corrections, each independently of the others. Removing one that is APPLIED requires the scope TEACH; one that it had replaced does not come back.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The corrections, at most ${maxReviewed}.`,
        validate: atMost('ids', maxReviewed),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await removeCorrections(context.app, organizationOf(context), givenIds('correction', ids), {
        narrowing: narrowingOf(context),
        teaches: mayDo(context, 'TEACH'),
      }),
    }),
  }),
);
