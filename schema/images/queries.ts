import { newestFirst } from '../../src/database/ordered-list.ts';
import {
  countImages,
  type ImageOrder as ImageOrderRow,
  type ImageRow,
  listImages,
} from '../../src/images/images.repository.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { orderInput, orderKey } from '../core/order.ts';
import { DateTimeRange, MetadataMatch } from '../core/ranges.ts';
import { ImageConnection, ImageStatus, IndexingStatus } from './image.ts';

const ImageFilter = builder.inputType('ImageFilter', {
  description: 'Filters for images. An image must match all of them; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these images.' }),
    externalId: t.string({ description: 'Only images with exactly this externalId.' }),
    placeId: t.string({ description: 'Only images with exactly this placeId.' }),
    recordedAt: t.field({ type: DateTimeRange, description: 'Only images taken in this period.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only images stored in this period.' }),
    status: t.field({ type: ImageStatus, description: 'Only images with this status.' }),
    statuses: t.field({ type: [ImageStatus], description: 'Only images with one of these statuses.' }),
    indexingStatus: t.field({ type: IndexingStatus, description: 'Only images with this indexing status.' }),
    metadata: t.field({ type: [MetadataMatch], description: 'Only images whose metadata has all of these pairs.' }),
    containsCatalogItemId: t.id({ description: 'Only images in which an analysis found this catalogue item.' }),
  }),
});

const ImageOrder = orderInput<ImageOrderRow['field']>('Image', 'images', {
  CREATED_AT: { description: 'The time at which the image was stored.' },
  RECORDED_AT: { description: 'The time at which the picture was taken. Images without it come last.' },
});

builder.queryField('images', (t) =>
  t.field({
    type: ImageConnection,
    description: 'The images of the organisation. Images that were sent only for catalogue items are not included.',
    permits: ['NARROWED'],
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: ImageFilter, description: 'Which images to list. Default: all.' }),
      orderBy: t.arg({ type: ImageOrder, description: 'The order of the list. Default: newest first.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, orderBy, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { containsCatalogItemId, ids, ...rest } = filter ?? {};
      const narrowed = {
        ...rest,
        ids: givenIds('image', ids),
        narrowing: narrowingOf(context),
        containsCatalogItem: containsCatalogItemId == null ? null : givenId('catalogItem', containsCatalogItemId),
      };
      const order = orderBy ?? newestFirst;
      const key = orderKey<typeof order.field, ImageRow>('images', { RECORDED_AT: 'time' }, order);
      return connect(page, key, {
        load: (keyset) => listImages(context.app.db, organizationId, narrowed, keyset, order),
        count: () => countImages(context.app.db, organizationId, narrowed),
      });
    },
  }),
);
