import { findCatalogItems } from '../../src/catalog/catalog.repository.ts';
import { findItemStates, isItemSettled } from '../../src/catalog/item-states.repository.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamIds } from '../core/stream.ts';
import { CatalogItem, CatalogItemStatus } from './catalog-item.ts';

entitySubscription('catalogItemEvents', {
  description: 'Changes of catalogue items. With `ids`, the stream completes when none of them is INDEXING.',
  kind: 'CATALOG_ITEM',
  union: 'CatalogItemEvent',
  change: {
    name: 'CatalogItemChanged',
    description: 'A catalogue item was created or changed.',
    fields: (t) => ({
      status: t.field({
        type: CatalogItemStatus,
        description: 'The status after this change.',
        resolve: ({ event }) => event.state.status,
      }),
    }),
  },
  entity: {
    field: 'catalogItem',
    noun: 'catalogue item',
    idKind: 'catalogItem',
    type: CatalogItem,
    find: findCatalogItems,
  },
  args: (t) => ({
    ids: t.idList({
      description: 'The items to follow, 1 to 500. Default: all items, in a stream that never completes.',
    }),
  }),
  narrow: ({ ids }, context) => {
    const entityIds = streamIds('catalogItem', ids);
    if (!entityIds) return {};
    return {
      entityIds,
      members: (trx) => findItemStates(trx, organizationOf(context), entityIds),
      isSettled: isItemSettled,
    };
  },
});
