import { countShelfAlerts, listShelfAlerts, type ShelfAlertRow } from '../../src/alerts/alerts.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { uuidOrNone } from '../core/given-id.ts';
import { ShelfAlertConnection, ShelfAlertKind, ShelfAlertStatus } from './shelf-alert.ts';

const ShelfAlertFilter = builder.inputType('ShelfAlertFilter', {
  description:
    'Filters for shelf alerts. An alert must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these alerts.' }),
    taskId: t.id({ description: 'Only alerts of this task.' }),
    placeId: t.string({ description: 'Only alerts of this place.' }),
    catalogItemId: t.id({ description: 'Only alerts about this catalogue item.' }),
    kinds: t.field({ type: [ShelfAlertKind], description: 'Only alerts of one of these kinds.' }),
    statuses: t.field({ type: [ShelfAlertStatus], description: 'Only alerts with one of these statuses.' }),
    isAcknowledged: t.boolean({ description: 'Only alerts that have been acknowledged, or only those that have not.' }),
  }),
});

builder.queryField('shelfAlerts', (t) =>
  t.field({
    type: ShelfAlertConnection,
    description: 'The shelf alerts of the organisation, newest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: ShelfAlertFilter, description: 'Which alerts to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { db } = context.app;
      const wanted = {
        ids: filter?.ids?.map((id) => uuidOrNone('shelfAlert', id)),
        taskId: filter?.taskId == null ? undefined : uuidOrNone('task', filter.taskId),
        placeId: filter?.placeId ?? undefined,
        catalogItemId: filter?.catalogItemId == null ? undefined : uuidOrNone('catalogItem', filter.catalogItemId),
        kinds: filter?.kinds ?? undefined,
        statuses: filter?.statuses ?? undefined,
        isAcknowledged: filter?.isAcknowledged ?? undefined,
      };
      return connect(page, idKey<ShelfAlertRow>('shelfAlerts'), {
        load: (keyset) => listShelfAlerts(db, organizationId, wanted, keyset),
        count: () => countShelfAlerts(db, organizationId, wanted),
      });
    },
  }),
);
