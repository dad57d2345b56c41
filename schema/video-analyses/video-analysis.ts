import { isTerminal } from '../../src/analyses/life.ts';
import { etaSeconds, progressAt } from '../../src/video-analyses/progress.ts';
import type { VideoAnalysisRow } from '../../src/video-analyses/row.ts';
import type { VideoTimings as StoredTimings } from '../../src/video-analyses/seconds.repository.ts';
import { findVideoAnalyses } from '../../src/video-analyses/video-analyses.repository.ts';
import { commonFields } from '../analyses/common-fields.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { neighbor } from '../core/neighbors.ts';
import { registerNode } from '../core/node.ts';
import { videoWords } from '../images/media-fields.ts';
import { Video } from '../videos/video.ts';
import { loadVisitNamed, Visit } from '../visits/visit.ts';

/** A video analysis: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. */
export const VideoAnalysis = builder.loadableNodeRef(
  'VideoAnalysis',
  rowsById((ids, context) => findVideoAnalyses(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

/** Whether a result of a mutation on analyses of both kinds is one of a video. */
export function isVideoAnalysis(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'frames_per_second' in result;
}

/** Which frames are analysed. */
const Sampling = builder.objectRef<VideoAnalysisRow>('VideoSampling').implement({
  description: 'Which frames of a video are analysed.',
  fields: (t) => ({
    framesPerSecond: t.exposeFloat('frames_per_second', {
      description: 'Frames a second of video, at most: the first of each interval of 1 / framesPerSecond seconds.',
    }),
    keyFramesOnly: t.exposeBoolean('key_frames_only', {
      description: 'Whether only frames are analysed that can be decoded without others.',
    }),
    maxFrames: t.exposeInt('max_frames', {
      nullable: true,
      description: 'The analysis ends after this many frames. Null: no limit.',
    }),
  }),
});

/** Milliseconds by stage, and of how many seconds of video. */
interface Timings extends StoredTimings {
  seconds: number;
  processingMs: number;
}

const VideoTimings = builder.objectRef<Timings>('VideoTimings').implement({
  description: 'How long a second of video took, in milliseconds by stage: means over all seconds that were analysed.',
  fields: (t) => ({
    processingMs: t.float({
      description: 'Elapsed milliseconds a second of video, waiting included.',
      resolve: ({ processingMs, seconds }) => processingMs / seconds,
    }),
    decodeMs: t.float({
      description:
        'Milliseconds of waiting for the decoder, a second of video. It works ahead, so this is less than decoding takes.',
      resolve: ({ decodeMs, seconds }) => decodeMs / seconds,
    }),
    inferenceMs: t.float({
      description: 'Milliseconds of running models, a second of video.',
      resolve: ({ inferenceMs, seconds }) => inferenceMs / seconds,
    }),
    matchMs: t.float({
      description: 'Milliseconds of matching products with the catalogue, a second of video.',
      resolve: ({ matchMs, seconds }) => matchMs / seconds,
    }),
  }),
});

function progressOf(row: VideoAnalysisRow): number | null {
  if (row.status === 'SUCCEEDED') return 1;
  if (row.next_second === 0) return null;
  return progressAt(row.next_second, row.decoded_seconds ?? row.header_seconds);
}

VideoAnalysis.implement({
  description:
    'One video processed by one task. While it runs, the seconds that were analysed so far can be read; when it has ended, its result never changes.',
  fields: (t) => ({
    ...commonFields(t, 'VideoAnalysis', videoWords),
    video: t.field({
      type: Video,
      nullable: true,
      description: 'The video. Null if it has been deleted.',
      resolve: neighbor('VideoAnalysis', 'video', Video, (row: VideoAnalysisRow) => row.video_id),
    }),
    sampling: t.field({ type: Sampling, description: 'Which frames are analysed.', resolve: (row) => row }),
    progress: t.float({
      nullable: true,
      description:
        'How much of the video is analysed, 0 to 1, by the duration that its header states. Null until the first second is, and if the duration is unknown.',
      resolve: progressOf,
    }),
    etaSeconds: t.float({
      nullable: true,
      description:
        'Seconds until the analysis ends if it goes on as fast as so far. Null unless it is RUNNING and its progress is known.',
      resolve: (row) => (row.status === 'RUNNING' ? etaSeconds(progressOf(row), row.processing_ms) : null),
    }),
    sampledFrames: t.int({
      nullable: true,
      description: 'Number of frames that were analysed so far. Null until the first second is.',
      resolve: (row) => (row.next_second === 0 && !isTerminal(row.status) ? null : row.sampled_frames),
    }),
    timings: t.field({
      type: VideoTimings,
      nullable: true,
      description: 'How long a second of video took, by stage. Null until the first second is analysed.',
      resolve: (row) => {
        if (row.next_second === 0) return null;
        const stages = row.timings as unknown as StoredTimings;
        return { ...stages, processingMs: row.processing_ms, seconds: row.next_second };
      },
    }),
    visit: t.field({
      type: Visit,
      nullable: true,
      description: 'The visit that the video belongs to. Null if it was submitted without a visitId.',
      resolve: ({ visit_id }, _args, context) => loadVisitNamed(context, visit_id),
    }),
    inactiveItemCount: t.exposeInt('inactive_item_count', {
      description: "Number of the task's items that the analysis does not look for, because they are not ready.",
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the status last changed, or a second was analysed.',
      resolve: (row) => row.updated_at,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a worker first took the video. Null while the analysis waits, and if it never ran.',
      resolve: (row) => row.started_at,
    }),
  }),
});

registerNode('VideoAnalysis', (context, id) => VideoAnalysis.getDataloader(context).load(id), {
  permits: ['NARROWED'],
});

export const VideoAnalysisConnection = connectionType('VideoAnalysis', VideoAnalysis);
