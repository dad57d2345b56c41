import { acknowledgeAlerts } from '../../src/alerts/acknowledge.ts';
import type { ShelfAlertRow } from '../../src/alerts/alerts.repository.ts';
import { NotFoundError } from '../../src/user-error.ts';
import { builder } from '../core/builder.ts';
import { actorOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenIds } from '../core/given-id.ts';
import { atMost, outcomesPayload } from '../core/several.ts';
import { ShelfAlert } from './shelf-alert.ts';

const maxAcknowledged = 500;

const ShelfAlertResult = resultUnion('ShelfAlertResult', {
  description: 'The alert, acknowledged.',
  success: ShelfAlert,
  errors: [NotFoundError],
});

const ShelfAlertsPayload = outcomesPayload<ShelfAlertRow | NotFoundError>('ShelfAlertsPayload', {
  each: 'alert',
  type: ShelfAlertResult,
});

builder.mutationField('acknowledgeShelfAlerts', (t) =>
  t.field({
    type: ShelfAlertsPayload,
    description:
      'Notes that somebody takes care of shelf alerts, each independently of the others. It changes no status: an alert clears when a later image shows that it is over.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: `The alerts, at most ${maxAcknowledged}.`,
        validate: atMost('ids', maxAcknowledged),
      }),
    },
    resolve: async (_root, { ids }, context) => ({
      results: await acknowledgeAlerts(
        context.app,
        organizationOf(context),
        givenIds('shelfAlert', ids),
        actorOf(context),
      ),
    }),
  }),
);
