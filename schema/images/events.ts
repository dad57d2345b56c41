import { findImageStates } from '../../src/images/image-states.repository.ts';
import { findImages } from '../../src/images/images.repository.ts';
import { isImageSettled } from '../../src/images/life.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamIds } from '../core/stream.ts';
import { Image, ImageStatus, IndexingStatus } from './image.ts';

entitySubscription('imageEvents', {
  description:
    'Changes of images. With `ids`, the stream completes when every image has settled: it is neither AWAITING_UPLOAD, FETCHING nor INDEXING.',
  permits: ['NARROWED'],
  kind: 'IMAGE',
  union: 'ImageEvent',
  change: {
    name: 'ImageChanged',
    description: 'An image was stored, changed or deleted.',
    fields: (t) => ({
      status: t.field({
        type: ImageStatus,
        nullable: true,
        description: 'The status after this change. Null if the image was deleted.',
        resolve: ({ event }) => event.state.status,
      }),
      indexingStatus: t.field({
        type: IndexingStatus,
        nullable: true,
        description: 'The indexing status after this change. Null if the image was deleted.',
        resolve: ({ event }) => event.state.indexingStatus,
      }),
    }),
  },
  entity: { field: 'image', noun: 'image', idKind: 'image', type: Image, find: findImages },
  args: (t) => ({
    ids: t.idList({
      description:
        'The images to follow, 1 to 500. Default: all images of the organisation, in a stream that never completes.',
    }),
  }),
  narrow: ({ ids }, context) => {
    const entityIds = streamIds('image', ids);
    if (!entityIds) return {};
    return {
      entityIds,
      members: (trx) => findImageStates(trx, organizationOf(context), entityIds),
      isSettled: isImageSettled,
    };
  },
});
