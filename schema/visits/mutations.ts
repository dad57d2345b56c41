import { NotFoundError } from '../../src/user-error.ts';
import { closeVisit } from '../../src/visits/visits.service.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { Visit } from './visit.ts';

const CloseVisitResult = resultUnion('CloseVisitResult', {
  description: 'The visit: CLOSED, or CLOSING while analyses have not ended.',
  success: Visit,
  errors: [NotFoundError],
});

builder.mutationField('closeVisit', (t) =>
  t.field({
    type: CloseVisitResult,
    description:
      'Says that no image or video of a visit follows. Without it, a visit closes when neither has been submitted for an hour, or for the minutes that the operator has set.',
    args: { id: t.arg.id({ required: true, description: 'The visit to close.' }) },
    resolve: (_root, { id }, context) => closeVisit(context.app, organizationOf(context), givenId('visit', id)),
  }),
);
