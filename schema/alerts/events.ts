import { findShelfAlerts } from '../../src/alerts/alerts.repository.ts';
import { builder } from '../core/builder.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId } from '../core/stream.ts';
import { ShelfAlert, ShelfAlertKind, ShelfAlertStatus } from './shelf-alert.ts';

const ShelfAlertEventFilter = builder.inputType('ShelfAlertEventFilter', {
  description:
    'Filters for a stream of shelf alerts. An event must match all of them; an empty filter matches every alert.',
  fields: (t) => ({
    taskId: t.id({ description: 'Only alerts of this task.' }),
    placeId: t.string({ description: 'Only alerts of this place.' }),
    kinds: t.field({ type: [ShelfAlertKind], description: 'Only alerts of one of these kinds.' }),
  }),
});

entitySubscription('shelfAlertEvents', {
  description: 'Shelf alerts that are raised, acknowledged or cleared. The stream does not complete.',
  kind: 'SHELF_ALERT',
  union: 'ShelfAlertEvent',
  change: {
    name: 'ShelfAlertChanged',
    description: 'A shelf alert was raised, acknowledged or cleared.',
    fields: (t) => ({
      status: t.field({
        type: ShelfAlertStatus,
        description: 'The status after this change.',
        resolve: ({ event }) => event.state.status,
      }),
    }),
  },
  entity: { field: 'shelfAlert', noun: 'alert', idKind: 'shelfAlert', type: ShelfAlert, find: findShelfAlerts },
  args: (t) => ({
    filter: t({ type: ShelfAlertEventFilter, description: 'Which alerts to follow. Default: all.' }),
  }),
  narrow: ({ filter }) => {
    const taskId = streamId('task', filter?.taskId, 'taskId');
    const { placeId, kinds } = filter ?? {};
    return {
      ...(taskId && { taskId }),
      matches: ({ state }) =>
        (placeId == null || placeId === state.placeId) && (kinds == null || kinds.includes(state.alertKind)),
    };
  },
});
