import { findShelfAlerts, type ShelfAlertRow } from '../../src/alerts/alerts.repository.ts';
import { type AlertKind, alertKinds } from '../../src/recognition/alerts/conditions.ts';
import type { Money as MoneyRow } from '../../src/recognition/prices/money.ts';
import { Analysis } from '../analyses/analysis.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { Money } from '../core/money.ts';
import { registerNode } from '../core/node.ts';
import { Task } from '../tasks/task.ts';
import { loadVisitNamed, Visit } from '../visits/visit.ts';

const kindHelp: Record<AlertKind, string> = {
  COMPLIANCE_BELOW: 'The score of the compliance is below AlertRules.complianceBelow.',
  ITEM_MISSING: 'An item of the planogram stands nowhere, and a place of it was seen without it.',
  GAP_SHARE_ABOVE: 'The part of the shelves that is empty is above AlertRules.gapShareAbove.',
  PRICE_DIFFERS: 'A price tag of an item says another price than AlertRules.pricesDifferFrom.',
};

export const ShelfAlertKind = builder.enumType('ShelfAlertKind', {
  description: 'What an alert is about. More values may be added.',
  values: Object.fromEntries(alertKinds.map((kind) => [kind, { description: kindHelp[kind] }])) as Record<
    AlertKind,
    { description: string }
  >,
});

export const ShelfAlertStatus = builder.enumType('ShelfAlertStatus', {
  description: 'Whether an alert holds.',
  values: {
    RAISED: { description: 'It was seen, and nothing has been seen since that clears it.' },
    CLEARED: { description: 'A later image or visit shows that it is over, or the task has no such rule any more.' },
  } as const,
});

export const ShelfAlert = builder.loadableNodeRef(
  'ShelfAlert',
  rowsById((ids, context) => findShelfAlerts(context.app.db, organizationOf(context), ids)),
);

ShelfAlert.implement({
  description:
    'Something about the shelves of a place that a rule of a task asks for; see AlertRules. It is raised once for each place and item, until it clears.',
  isTypeOf: undefined,
  fields: (t) => ({
    kind: t.field({ type: ShelfAlertKind, description: 'What it is about.', resolve: (row) => row.kind }),
    status: t.field({ type: ShelfAlertStatus, description: 'The current status.', resolve: (row) => row.status }),
    task: t.field({
      type: Task,
      description: 'The task whose rule raised it.',
      resolve: (row) => row.task_id,
    }),
    placeId: t.exposeString('place_id', {
      nullable: true,
      description: 'The place. Null if the images name none: all images of the task without a place count as of one.',
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description:
        'The item that is missing or has another price. Null unless the kind is ITEM_MISSING or PRICE_DIFFERS.',
      resolve: (row) => row.catalog_item_id,
    }),
    value: t.exposeFloat('value', {
      nullable: true,
      description:
        'The score or the share when it was seen last, 0 to 1. Null if the kind is ITEM_MISSING or PRICE_DIFFERS.',
    }),
    price: t.field({
      type: Money,
      nullable: true,
      description: 'The price on the tag when it was seen last. Null unless the kind is PRICE_DIFFERS.',
      resolve: (row) => row.price as MoneyRow | null,
    }),
    analysis: t.field({
      type: Analysis,
      nullable: true,
      description: 'The analysis in which it was seen last. Null if that belongs to a visit, or has been deleted.',
      resolve: (row) => row.analysis_id,
    }),
    visit: t.field({
      type: Visit,
      nullable: true,
      description: 'The visit in which it was seen last. Null if the image belongs to none, or the visit is gone.',
      resolve: ({ visit_id }, _args, context) => loadVisitNamed(context, visit_id),
    }),
    raisedAt: t.field({ type: 'DateTime', description: 'When it was raised.', resolve: (row) => row.raised_at }),
    seenAt: t.field({
      type: 'DateTime',
      description: 'When the image was taken in which it was seen last.',
      resolve: (row) => row.seen_at,
    }),
    clearedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was cleared. Null while it is RAISED.',
      resolve: (row) => row.cleared_at,
    }),
    acknowledgedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When somebody took care of it; see acknowledgeShelfAlerts. Null if nobody has.',
      resolve: (row) => row.acknowledged_at,
    }),
    acknowledgedBy: t.exposeString('acknowledged_by', {
      nullable: true,
      description: 'Whom the session token stood for with which it was acknowledged. Null if nobody was named.',
    }),
  }),
});

registerNode('ShelfAlert', (context, id) => ShelfAlert.getDataloader(context).load(id));

export const ShelfAlertConnection = connectionType<ShelfAlertRow>('ShelfAlert', ShelfAlert);
