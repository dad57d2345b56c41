import { refusal } from '../../src/refusal.ts';
import type { FoundFrame, FrameCount as FrameCountRow } from '../../src/video-analyses/found.ts';
import { beginAfter, type Interval, toIntervals } from '../../src/video-analyses/intervals.ts';
import { listIntervalFrames } from '../../src/video-analyses/seconds.repository.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { type CursorKey, connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { neighbor } from '../core/neighbors.ts';
import { checkSecondsRange, secondsRangeArgs } from './range.ts';
import { VideoAnalysis } from './video-analysis.ts';

/** A count with the number of frames that it is about. */
type CountShape = FrameCountRow & { frames: number };

export const VideoCount = builder.objectRef<CountShape>('VideoCount').implement({
  description: 'How often one item or label was found in some frames of a video.',
  fields: (t) => ({
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: 'The catalogue item. Null if a label is counted, or what is none of the items.',
      resolve: neighbor('VideoCount', 'catalogItem', CatalogItem, ({ itemId }: CountShape) => itemId),
    }),
    label: t.exposeString('label', { nullable: true, description: 'The label. Null if an item is counted.' }),
    count: t.exposeInt('count', {
      description: 'Number of detections in all these frames; for a label of whole frames, the number of frames.',
    }),
    mean: t.float({
      description: 'The mean over these frames: how many are seen at a time.',
      resolve: ({ count, frames }) => count / frames,
    }),
  }),
});

const VideoInterval = builder.objectRef<Interval>('VideoInterval').implement({
  description: 'What was found in one interval of a video.',
  fields: (t) => ({
    fromSeconds: t.exposeFloat('fromSeconds', { description: 'Begin of the interval, inclusive.' }),
    toSeconds: t.exposeFloat('toSeconds', { description: 'End of the interval, exclusive.' }),
    frames: t.exposeInt('frames', { description: 'Number of frames that were analysed in it.' }),
    counts: t.field({
      type: [VideoCount],
      description: 'The counts by item or label, the most frequent first.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ counts, frames }) => counts.map((count) => ({ ...count, frames })),
    }),
  }),
});

const VideoIntervalConnection = connectionType('VideoInterval', VideoInterval, { uncounted: true });

/** A page of intervals is computed from its frames, so their number is limited. */
const longestInterval = 3_600;

const intervalKey: CursorKey<Interval> = {
  name: 'intervals',
  of: ({ toSeconds }) => String(toSeconds),
  pattern: /^\d{1,7}(\.\d{1,17})?$/,
};

builder.objectField(VideoAnalysis, 'intervals', (t) =>
  t.field({
    type: VideoIntervalConnection,
    description:
      'Counts over intervals of equal length, in the order of time, each from its begin up to its end without that. Intervals in which no frame was analysed are left out.',
    args: {
      seconds: t.arg.float({
        required: true,
        defaultValue: 1,
        description: `Length of an interval in seconds, 0.1 to ${longestInterval}.`,
      }),
      ...secondsRangeArgs(t.arg),
      ...pageArgs(t.arg),
    },
    complexity: pageComplexity,
    resolve: ({ id }, { seconds, fromSeconds, toSeconds, ...page }, context) => {
      checkSecondsRange({ fromSeconds, toSeconds });
      if (!(seconds >= 0.1 && seconds <= longestInterval))
        throw refusal('BAD_USER_INPUT', `seconds is ${seconds}; expected 0.1 to ${longestInterval}.`);
      const organizationId = organizationOf(context);
      return connect(page, intervalKey, {
        load: async ({ after, limit }) => {
          const from = Math.max(fromSeconds ?? 0, after === null ? 0 : beginAfter(Number(after), seconds));
          const frames: FoundFrame[] = await listIntervalFrames(context.app.db, organizationId, id, {
            fromSeconds: from,
            toSeconds: toSeconds ?? null,
            seconds,
            limit,
          });
          return toIntervals(frames, seconds).slice(0, limit);
        },
      });
    },
  }),
);
