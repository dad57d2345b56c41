import type { FoundFrame, FrameDetection as FrameDetectionRow } from '../../src/video-analyses/found.ts';
import { listFrames } from '../../src/video-analyses/seconds.repository.ts';
import { Box, BoxUnit, boxIn } from '../analyses/box.ts';
import { MatchMethod } from '../analyses/detection.ts';
import { Label } from '../analyses/label.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { type CursorKey, connect, connectionType, pageArgs, pageComplexity } from '../core/connection.ts';
import { neighbor } from '../core/neighbors.ts';
import { checkSecondsRange, secondsRangeArgs } from './range.ts';
import { VideoAnalysis } from './video-analysis.ts';

/** A detection with the frame that its box is in. */
interface DetectionShape extends FrameDetectionRow {
  frame: FoundFrame;
}

const FrameDetection = builder.objectRef<DetectionShape>('FrameDetection').implement({
  description: 'One thing found in a frame of a video.',
  fields: (t) => ({
    track: t.exposeInt('track', {
      nullable: true,
      description:
        'The number of the track that the detection belongs to: the same thing in other frames has the same number; see VideoAnalysis.tracks. Null if the detection is too uncertain to begin a track.',
    }),
    box: t.field({
      type: Box,
      description: 'Where it is in the frame, as shown.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: ({ box, frame }, { unit }) => boxIn(unit, box, frame),
    }),
    objectness: t.exposeFloat('objectness', { description: 'Score for the presence of a thing in the box, 0 to 1.' }),
    confidence: t.exposeFloat('confidence', {
      description: 'Calibrated probability that catalogItem is correct, 0 to 1. Equals objectness if it is null.',
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description: "The catalogue item. Null if it is none of the task's items, or too uncertain.",
      resolve: neighbor('FrameDetection', 'catalogItem', CatalogItem, ({ itemId }: DetectionShape) => itemId),
    }),
    matchedBy: t.field({
      type: MatchMethod,
      nullable: true,
      description: 'How catalogItem was determined. Null if catalogItem is null.',
      resolve: ({ matchedBy }) => matchedBy,
    }),
    label: t.exposeString('label', {
      nullable: true,
      description: "The detector's class. Null if the detector has no classes.",
    }),
  }),
});

/** A frame with the video that it is of; null: the video was deleted. */
interface FrameShape extends FoundFrame {
  videoId: string | null;
}

export const VideoFrame = builder.objectRef<FrameShape>('VideoFrame').implement({
  description: 'One frame of a video that was analysed.',
  fields: (t) => ({
    timeSeconds: t.exposeFloat('timeSeconds', { description: 'Seconds from the beginning of the video.' }),
    width: t.exposeInt('width', { description: 'Width of the frame in pixels, as shown.' }),
    height: t.exposeInt('height', { description: 'Height of the frame in pixels, as shown.' }),
    detections: t.field({
      type: [FrameDetection],
      description: 'What was found in the frame. Empty if the pipeline labels whole frames; see labels.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (frame) => frame.detections.map((detection) => ({ ...detection, frame })),
    }),
    labels: t.field({
      type: [Label],
      description:
        'What the frame as a whole shows, most probable first. Empty if the pipeline finds things in it; see detections.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ labels }) => labels,
    }),
    accepted: t.exposeBoolean('accepted', {
      nullable: true,
      description:
        'FILTER tasks only: true if the labels of an accepted group together reach the threshold, whether or not they are listed, or if a detection of the group does. Null for other tasks.',
    }),
  }),
});

const VideoFrameConnection = connectionType('VideoFrame', VideoFrame, { uncounted: true });

const frameKey: CursorKey<FrameShape> = {
  name: 'frames',
  of: ({ timeSeconds }) => String(timeSeconds),
  pattern: /^\d{1,6}(\.\d{1,17})?$/,
};

builder.objectField(VideoAnalysis, 'frames', (t) =>
  t.field({
    type: VideoFrameConnection,
    description: 'The frames that were analysed so far, in the order of time.',
    args: { ...secondsRangeArgs(t.arg), ...pageArgs(t.arg) },
    complexity: pageComplexity,
    resolve: ({ id, video_id: videoId }, { fromSeconds, toSeconds, ...page }, context) => {
      checkSecondsRange({ fromSeconds, toSeconds });
      const organizationId = organizationOf(context);
      return connect(page, frameKey, {
        load: async ({ after, limit }) => {
          const frames = await listFrames(context.app.db, organizationId, id, {
            fromSeconds: fromSeconds ?? null,
            toSeconds: toSeconds ?? null,
            afterSeconds: after === null ? null : Number(after),
            limit,
          });
          return frames.map((frame) => ({ ...frame, videoId }));
        },
      });
    },
  }),
);
