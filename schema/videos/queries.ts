import { countVideos, listVideos, type VideoRow } from '../../src/videos/videos.repository.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { givenIds } from '../core/given-id.ts';
import { DateTimeRange, MetadataMatch } from '../core/ranges.ts';
import { VideoConnection, VideoStatus } from './video.ts';

const VideoFilter = builder.inputType('VideoFilter', {
  description: 'Filters for videos. A video must match all of them; a filter that is omitted or null is ignored.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these videos.' }),
    externalId: t.string({ description: 'Only videos with exactly this externalId.' }),
    placeId: t.string({ description: 'Only videos with exactly this placeId.' }),
    recordedAt: t.field({ type: DateTimeRange, description: 'Only videos recorded in this period.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only videos stored in this period.' }),
    statuses: t.field({ type: [VideoStatus], description: 'Only videos with one of these statuses.' }),
    metadata: t.field({ type: [MetadataMatch], description: 'Only videos whose metadata has all of these pairs.' }),
  }),
});

builder.queryField('videos', (t) =>
  t.field({
    type: VideoConnection,
    permits: ['NARROWED'],
    description: 'The videos of the organisation, newest first.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: VideoFilter, description: 'Which videos to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const { ids, ...rest } = filter ?? {};
      const wanted = { ...rest, ids: givenIds('video', ids), narrowing: narrowingOf(context) };
      return connect(page, idKey<VideoRow>('videos'), {
        load: (keyset) => listVideos(context.app.db, organizationId, wanted, keyset),
        count: () => countVideos(context.app.db, organizationId, wanted),
      });
    },
  }),
);
