import { findCatalogItems } from '../../src/catalog/catalog.repository.ts';
import { findItemStates, isItemSettled } from '../../src/catalog/item-states.repository.ts';
import { loadEventEntity } from '../../src/events/tick.ts';
import { encodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { loadInOrder } from '../core/load-in-order.ts';
import { afterDescription, type Delivered, openStream, StreamEvent, streamIds, streamUnion } from '../core/stream.ts';
import { CatalogItem, CatalogItemStatus } from './catalog-item.ts';

const CatalogItemChanged = builder.objectRef<Delivered>('CatalogItemChanged').implement({
  description: 'A catalogue item was made or changed.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    catalogItemId: t.id({
      description: 'Of the item.',
      resolve: ({ event }) => encodeId('catalogItem', event.entityId),
    }),
    status: t.field({
      type: CatalogItemStatus,
      description: 'After this change.',
      resolve: ({ event }) => event.state.status as never,
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: 'As it is now, which may be later than this event; null when it has been deleted since.',
      resolve: ({ event }, _args, { app }) =>
        loadEventEntity(event, (ids) =>
          loadInOrder(ids, (row) => row.id, findCatalogItems(app.db, event.organizationId, ids)),
        ),
    }),
  }),
});

const CatalogItemEvent = streamUnion('CatalogItemEvent', CatalogItemChanged, 'What catalogItemEvents delivers.');

builder.subscriptionField('catalogItemEvents', (t) =>
  t.field({
    type: CatalogItemEvent,
    description: 'Changes of catalogue items. With ids it completes when none of them is INDEXING.',
    args: {
      ids: t.arg.idList({ description: 'At most 500. Left out: the whole catalogue, without an end.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_root, { ids, after }, context) => {
      const organizationId = organizationOf(context);
      const entityIds = streamIds('catalogItem', ids);
      return openStream(context, {
        kind: 'CATALOG_ITEM',
        after: after ?? null,
        ...(entityIds && {
          entityIds,
          members: (trx) => findItemStates(trx, organizationId, entityIds),
          isSettled: isItemSettled,
        }),
      });
    },
    resolve: (item) => item,
  }),
);
