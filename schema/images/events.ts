import { loadEventEntity } from '../../src/events/tick.ts';
import { encodeId } from '../../src/ids.ts';
import { findImageStates, isImageSettled } from '../../src/images/image-states.repository.ts';
import { findImages } from '../../src/images/images.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { loadInOrder } from '../core/load-in-order.ts';
import { afterDescription, type Delivered, openStream, StreamEvent, streamIds, streamUnion } from '../core/stream.ts';
import { Image, ImageStatus, IndexingStatus } from './image.ts';

const ImageChanged = builder.objectRef<Delivered>('ImageChanged').implement({
  description: 'An image was stored, changed or deleted.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    imageId: t.id({ description: 'Of the image.', resolve: ({ event }) => encodeId('image', event.entityId) }),
    status: t.field({
      type: ImageStatus,
      nullable: true,
      description: 'After this change; null: deleted.',
      resolve: ({ event }) => event.state.status as never,
    }),
    indexingStatus: t.field({
      type: IndexingStatus,
      nullable: true,
      description: 'After this change; null: deleted.',
      resolve: ({ event }) => event.state.indexingStatus as never,
    }),
    image: t.field({
      type: Image,
      nullable: true,
      description: 'As it is now, which may be later than this event; null when it has been deleted since.',
      resolve: ({ event }, _args, { app }) =>
        loadEventEntity(event, (ids) =>
          loadInOrder(ids, (row) => row.id, findImages(app.db, event.organizationId, ids)),
        ),
    }),
  }),
});

const ImageEvent = streamUnion('ImageEvent', ImageChanged, 'What imageEvents delivers.');

builder.subscriptionField('imageEvents', (t) =>
  t.field({
    type: ImageEvent,
    description:
      'Changes of images. With ids it completes when each of them is settled: neither awaited, fetched nor INDEXING.',
    args: {
      ids: t.arg.idList({ description: 'At most 500. Left out: all images of the organisation, without an end.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    subscribe: (_root, { ids, after }, context) => {
      const entityIds = streamIds('image', ids);
      return openStream(context, {
        kind: 'IMAGE',
        after: after ?? null,
        ...(entityIds && {
          entityIds,
          members: (trx) => findImageStates(trx, organizationOf(context), entityIds),
          isSettled: isImageSettled,
        }),
      });
    },
    resolve: (item) => item,
  }),
);
