import { countImages, type ImageRow, listImages } from '../../src/images/images.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { DateTimeRange, MetadataMatch } from '../core/ranges.ts';
import { ImageConnection, IndexingStatus } from './image.ts';

const ImageFilter = builder.inputType('ImageFilter', {
  description: 'Narrowing rules, all of which must match; one that is left out narrows nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'One of these.' }),
    externalId: t.string({ description: 'Exact.' }),
    placeId: t.string({ description: 'Exact.' }),
    recordedAt: t.field({ type: DateTimeRange, description: 'When it was taken.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'When it was stored.' }),
    indexingStatus: t.field({ type: IndexingStatus, description: 'Exact.' }),
    metadata: t.field({ type: [MetadataMatch], description: 'Every pair must match.' }),
    containsCatalogItemId: t.id({ description: 'Images on which this item was found.' }),
  }),
});

builder.queryField('images', (t) =>
  t.field({
    type: ImageConnection,
    description:
      'The images of the organisation, newest first. Pictures that were only sent for catalogue items are not among them.',
    args: { ...pageArgs(t.arg), filter: t.arg({ type: ImageFilter, description: 'Left out: all.' }) },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { containsCatalogItemId, ids, ...rest } = filter ?? {};
      const narrowed = {
        ...rest,
        ids: givenIds('image', ids),
        containsCatalogItem: containsCatalogItemId == null ? null : givenId('catalogItem', containsCatalogItemId),
      };
      return connect(page, idKey<ImageRow>('images'), {
        load: (keyset) => listImages(context.app.db, organizationId, narrowed, keyset),
        count: () => countImages(context.app.db, organizationId, narrowed),
      });
    },
  }),
);
