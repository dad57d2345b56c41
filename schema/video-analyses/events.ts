import { isTerminal } from '../../src/analyses/life.ts';
import type { EventState, VideoAnalysisState } from '../../src/events/event.ts';
import { readVideoMembers } from '../../src/video-analyses/members.ts';
import { findVideoAnalyses } from '../../src/video-analyses/video-analyses.repository.ts';
import { statusChangeFields } from '../analyses/common-fields.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamId, streamIds } from '../core/stream.ts';
import { VideoCount } from './intervals.ts';
import { VideoAnalysis } from './video-analysis.ts';

const VideoEventFilter = builder.inputType('VideoEventFilter', {
  description:
    'Filters for a stream of video analyses. An event must match all of them; an empty filter matches every video analysis of the organisation.',
  fields: (t) => ({
    ids: t.idList({
      description: 'Only these video analyses, 1 to 500. The stream completes when all of them have ended.',
    }),
    videoId: t.id({ description: 'Only analyses of this video.' }),
    taskId: t.id({ description: 'Only analyses of this task.' }),
    externalId: t.string({ description: 'Only analyses with exactly this externalId.' }),
    placeId: t.string({ description: 'Only analyses with exactly this placeId.' }),
    visitId: t.string({ description: 'Only analyses with exactly this visitId.' }),
    statusOnly: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether only changes of status are delivered, and neither seconds nor tracks.',
    }),
  }),
});

type Second = Extract<VideoAnalysisState, { change: 'SECOND' }>;
type TrackEnded = Extract<VideoAnalysisState, { change: 'TRACK_ENDED' }>;
type Status = Extract<VideoAnalysisState, { change: 'STATUS' }>;

entitySubscription('videoEvents', {
  description:
    'What happens to video analyses, in the order in which it was committed: changes of status, each second that was analysed, and things that are no longer seen. With `ids` in the filter, the stream completes when all of them have ended.',
  permits: ['NARROWED'],
  kind: 'VIDEO_ANALYSIS',
  union: 'VideoEvent',
  change: {
    name: 'VideoAnalysisStatusChanged',
    description: 'The status of a video analysis changed.',
    fields: (t) => statusChangeFields(t, ({ state }) => (state as Status).previousStatus),
  },
  otherChanges: [
    {
      name: 'VideoSecondAnalyzed',
      description:
        'One more second of a video is analysed, and stays so whatever happens. Seconds come in order; one in which no frame was sampled has no event.',
      is: ({ state }) => state.change === 'SECOND',
      fields: (t) => ({
        second: t.int({
          description: 'The second: from this time up to the next second, without that.',
          resolve: ({ event }) => (event.state as Second).second,
        }),
        frames: t.int({
          description: 'Number of frames of this second that were analysed.',
          resolve: ({ event }) => (event.state as Second).frames,
        }),
        counts: t.field({
          type: [VideoCount],
          description: 'The counts by item or label in these frames, the most frequent first.',
          resolve: ({ event }) => {
            const { counts, frames } = event.state as Second;
            return counts.map((count) => ({ ...count, frames }));
          },
        }),
        newTracks: t.intList({
          description: 'The numbers of the tracks that began in this second; see VideoAnalysis.tracks.',
          resolve: ({ event }) => (event.state as Second).newTracks,
        }),
        progress: t.float({
          nullable: true,
          description: 'How much of the video is analysed, 0 to 1. Null if the duration is unknown.',
          resolve: ({ event }) => (event.state as Second).progress,
        }),
      }),
    },
    {
      name: 'VideoTrackEnded',
      description:
        'Something is no longer seen in a video. What stands still can come back into view; then its track goes on, and can end again.',
      is: ({ state }) => state.change === 'TRACK_ENDED',
      fields: (t) => ({
        track: t.int({
          description: 'The number of the track; see VideoAnalysis.tracks.',
          resolve: ({ event }) => (event.state as TrackEnded).track,
        }),
      }),
    },
  ],
  entity: {
    field: 'videoAnalysis',
    noun: 'video analysis',
    idKind: 'videoAnalysis',
    type: VideoAnalysis,
    find: findVideoAnalyses,
  },
  args: (t) => ({
    filter: t({
      type: VideoEventFilter,
      required: true,
      description: 'Which video analyses to follow; `{}` follows all.',
    }),
  }),
  narrow: ({ filter }, context) => {
    const entityIds = streamIds('videoAnalysis', filter.ids);
    const taskId = streamId('task', filter.taskId, 'taskId');
    const test = eventTest(filter);
    const narrowing = narrowingOf(context);
    return {
      ...(entityIds && {
        entityIds,
        members: (trx) => readVideoMembers(trx, organizationOf(context), { ids: entityIds, taskId, narrowing }),
        isSettled: ({ status }) => isTerminal(status),
      }),
      ...(taskId && { taskId }),
      matches: ({ state }) => test(state),
    };
  },
});

/** The filters that are applied event by event; the log has an index for the others. */
function eventTest({ videoId, externalId, placeId, visitId, statusOnly }: typeof VideoEventFilter.$inferInput) {
  const video = streamId('video', videoId, 'videoId');
  return (state: EventState<'VIDEO_ANALYSIS'>): boolean =>
    (video === undefined || video === state.videoId) &&
    (externalId == null || externalId === state.externalId) &&
    (placeId == null || placeId === state.placeId) &&
    (visitId == null || visitId === state.visitId) &&
    (!statusOnly || state.change === 'STATUS');
}
