import type { FoundTrack, Sighting as SightingRow } from '../../src/video-analyses/found.ts';
import type { VideoAnalysisRow } from '../../src/video-analyses/row.ts';
import { listTracks, type TrackRow } from '../../src/video-analyses/video-analyses.repository.ts';
import { Box, BoxUnit, boxIn } from '../analyses/box.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, connectionType, numberKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { filterId } from '../core/given-id.ts';
import { neighbor } from '../core/neighbors.ts';
import { VideoAnalysis } from './video-analysis.ts';

/** A sighting with the size of its frame. */
type SightingShape = SightingRow & { width: number; height: number };

const Sighting = builder.objectRef<SightingShape>('Sighting').implement({
  description: 'When and where a thing was seen.',
  fields: (t) => ({
    timeSeconds: t.exposeFloat('timeSeconds', { description: 'Seconds from the beginning of the video.' }),
    box: t.field({
      type: Box,
      description: 'Where it was in the frame, as shown.',
      args: {
        unit: t.arg({ type: BoxUnit, required: true, defaultValue: 'PIXEL', description: 'Unit of the coordinates.' }),
      },
      resolve: (sighting, { unit }) => boxIn(unit, sighting.box, sighting),
    }),
  }),
});

const bestOf = ({ best }: TrackRow) => best as FoundTrack['best'];

/** A track with the analysis that found it. */
interface TrackShape extends TrackRow {
  analysis: VideoAnalysisRow;
}

export const VideoTrack = builder.objectRef<TrackShape>('VideoTrack').implement({
  description:
    'One thing that was seen in one or more frames of a video. What stands on a shelf once is one track, although it is in forty frames.',
  fields: (t) => ({
    track: t.exposeInt('track', {
      description: 'Its number in this analysis, from 1, in the order of first sight; see FrameDetection.track.',
    }),
    catalogItem: t.field({
      type: CatalogItem,
      nullable: true,
      description:
        "The catalogue item that most of its sightings show, by confidence. Null if it is none of the task's items.",
      resolve: neighbor('VideoTrack', 'catalogItem', CatalogItem, (row: TrackRow) => row.catalog_item_id),
    }),
    label: t.exposeString('label', {
      nullable: true,
      description: "The detector's class. Null if it has no classes, or catalogItem is given.",
    }),
    confidence: t.exposeFloat('confidence', {
      description: 'Confidence of the most certain sighting with this item or label, 0 to 1.',
    }),
    firstSeconds: t.exposeFloat('first_seconds', { description: 'When it was first seen, in seconds.' }),
    lastSeconds: t.exposeFloat('last_seconds', { description: 'When it was last seen, in seconds.' }),
    sightings: t.exposeInt('sightings', { description: 'Number of frames that show it.' }),
    hasEnded: t.exposeBoolean('is_ended', {
      description:
        'Whether it was not seen for some time, or the analysis has ended. What stands still goes on if it comes back into view.',
    }),
    bestSighting: t.field({
      type: Sighting,
      description: 'The most certain sighting.',
      resolve: (row) => bestOf(row),
    }),
    path: t.field({
      type: [Sighting],
      description: 'Its sightings in the order of time. Empty while the track goes on.',
      complexity: { field: 1, multiplier: 20 },
      resolve: (row) => {
        const { width, height } = bestOf(row);
        return (row.path as SightingRow[]).map((sighting) => ({ ...sighting, width, height }));
      },
    }),
  }),
});

const VideoTrackConnection = connectionType('VideoTrack', VideoTrack, { uncounted: true });

builder.objectField(VideoAnalysis, 'tracks', (t) =>
  t.field({
    type: VideoTrackConnection,
    description:
      'The things that were seen, each once, in the order in which they were first seen. None if the pipeline labels whole frames.',
    args: {
      minSightings: t.arg.int({
        required: true,
        defaultValue: 2,
        description: 'Only things that at least this many frames show. What a single frame shows is often a mistake.',
      }),
      catalogItemId: t.arg.id({ description: 'Only those of this catalogue item.' }),
      label: t.arg.string({ description: 'Only those with exactly this label.' }),
      ...pageArgs(t.arg),
    },
    complexity: pageComplexity,
    resolve: (analysis, { minSightings, catalogItemId, label, ...page }, context) => {
      const filter = { minSightings, itemId: filterId('catalogItem', catalogItemId), label: label ?? undefined };
      return connect(
        page,
        numberKey<TrackShape>('tracks', ({ track }) => track),
        {
          load: async (keyset) => {
            const rows = await listTracks(context.app.db, organizationOf(context), analysis.id, filter, keyset);
            return rows.map((row) => ({ ...row, analysis }));
          },
        },
      );
    },
  }),
);
