import { dataloaderGetter } from '@pothos/plugin-dataloader';
import {
  type AnalysisResultRow,
  type AnalysisRow,
  findAnalyses,
  findResults,
} from '../../src/analyses/analyses.repository.ts';
import { type AnalysisStatus as AnalysisStatusText, priorityName } from '../../src/analyses/life.ts';
import type { Location } from '../../src/analyses/location.ts';
import type { Context } from '../../src/context.ts';
import { decodeId } from '../../src/ids.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { registerNode } from '../core/node.ts';
import { Image } from '../images/image.ts';
import { fixedPipeline, Pipeline } from '../models/pipeline.ts';
import { Task } from '../tasks/task.ts';
import { Detection, type DetectionShape } from './detection.ts';

export const AnalysisStatus = builder.enumType('AnalysisStatus', {
  description: 'Where an analysis stands. More may come: treat an unknown one as not ended.',
  values: {
    AWAITING_UPLOAD: { description: 'Its picture is on its way.' },
    QUEUED: { description: 'Waits for an engine; again so when the worker that ran it died.' },
    RUNNING: { description: 'An engine works on it.' },
    SUCCEEDED: { description: 'Ended with a result.' },
    FAILED: { description: 'Ended without a result; `failure` says why.' },
    CANCELED: { description: 'Ended by cancelAnalyses.' },
    EXPIRED: { description: 'Ended because its picture never came.' },
  } satisfies Record<AnalysisStatusText, { description: string }>,
});

export const Priority = builder.enumType('Priority', {
  description: 'What runs first. Within one priority, organisations take turns.',
  values: {
    INTERACTIVE: { description: 'Somebody waits for it.' },
    NORMAL: { description: 'In its turn.' },
    BULK: { description: 'After everything else.' },
  } as const,
});

const GeoPoint = builder.objectRef<Location>('GeoPoint').implement({
  description: 'A place on earth (WGS 84).',
  fields: (t) => ({
    latitude: t.exposeFloat('latitude', { description: 'Degrees, -90 (south) to 90 (north).' }),
    longitude: t.exposeFloat('longitude', { description: 'Degrees, -180 (west) to 180 (east).' }),
  }),
});

/** Apart from the rows: a list of analyses opens no result unless its fields are selected. */
const resultLoader = dataloaderGetter<string, AnalysisResultRow | null, string>(
  {},
  (ids, context) => findResults((context as Context).app.db, organizationOf(context as Context), ids),
  undefined,
  (result) => result!.analysis_id,
);

/** What an analysis found; null until it has SUCCEEDED. */
export function loadResult(context: Context, analysis: AnalysisRow): Promise<AnalysisResultRow | null> {
  return analysis.status === 'SUCCEEDED' ? resultLoader(context).load(analysis.id) : Promise.resolve(null);
}

export const Analysis = builder.loadableNodeRef('Analysis', {
  id: { resolve: (row: AnalysisRow) => row.id },
  load: (ids: string[], context) => findAnalyses(context.app.db, organizationOf(context), ids),
  toKey: (row) => row.id,
  sort: true,
});

const AnalysisTimings = builder
  .objectRef<{ queueMs: number; decodeMs: number; inferenceMs: number; matchMs: number }>('AnalysisTimings')
  .implement({
    description: 'Where the time went, in milliseconds.',
    fields: (t) => ({
      queueMs: t.exposeFloat('queueMs', { description: 'From submission to the engine that finished it.' }),
      decodeMs: t.exposeFloat('decodeMs', { description: 'Reading and decoding the picture.' }),
      inferenceMs: t.exposeFloat('inferenceMs', { description: 'Running models.' }),
      matchMs: t.exposeFloat('matchMs', {
        description: 'Matching what was found with the catalogue, details included.',
      }),
    }),
  });

function seconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

Analysis.implement({
  description: 'One image through one task. What it found never changes; running again makes another analysis.',
  isTypeOf: undefined,
  fields: (t) => ({
    status: t.field({ type: AnalysisStatus, description: 'Where it stands.', resolve: (row) => row.status }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why it FAILED; else null.',
      resolve: readFailure,
    }),
    task: t.field({ type: Task, description: 'Also after the task was deleted.', resolve: (row) => row.task_id }),
    image: t.field({
      type: Image,
      nullable: true,
      description: 'null when the image was deleted.',
      resolve: (row) => row.image_id,
    }),
    sourceUrl: t.field({
      type: 'URL',
      nullable: true,
      description: 'Where the server fetched its picture from; null when it was sent, or the image was deleted.',
      resolve: async ({ image_id }, _args, context) =>
        image_id === null ? null : ((await Image.getDataloader(context).load(image_id))?.source_url ?? null),
    }),
    externalId: t.exposeString('external_id', { nullable: true, description: "The client's own id of the picture." }),
    placeId: t.exposeString('place_id', { nullable: true, description: "The client's id of where it was taken." }),
    location: t.field({
      type: GeoPoint,
      nullable: true,
      description: 'Where the picture was taken, as it was submitted; null: not said. It is not read from the picture.',
      resolve: ({ latitude, longitude }) => (latitude === null || longitude === null ? null : { latitude, longitude }),
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'As it was submitted.',
      resolve: (row) => row.metadata as Record<string, unknown>,
    }),
    options: t.field({
      type: 'JSONObject',
      description: 'What differs from the task, as it was submitted.',
      resolve: (row) => row.options as Record<string, unknown>,
    }),
    idempotencyKey: t.exposeString('idempotency_key', {
      nullable: true,
      description: 'Of its image, as it was submitted; within 24 hours of that, the same key returns this analysis.',
    }),
    priority: t.field({ type: Priority, description: 'As submitted.', resolve: (row) => priorityName(row.priority) }),
    createdAt: t.field({ type: 'DateTime', description: 'When it was submitted.', resolve: (row) => row.created_at }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When its status last changed.',
      resolve: (row) => row.updated_at,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When an engine took it; null while it waits, and when it never ran.',
      resolve: (row) => row.started_at,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'null until it has ended.',
      resolve: (row) => row.finished_at,
    }),
    durationSeconds: t.float({
      nullable: true,
      description: 'From startedAt to finishedAt; null unless it ran and has ended.',
      resolve: ({ started_at, finished_at }) => (started_at && finished_at ? seconds(started_at, finished_at) : null),
    }),
    timings: t.field({
      type: AnalysisTimings,
      nullable: true,
      description: 'null unless it SUCCEEDED.',
      resolve: async (row, _args, context) => {
        const result = await loadResult(context, row);
        return result && { ...result.timings, queueMs: seconds(row.created_at, row.started_at!) * 1000 };
      },
    }),
    attempt: t.exposeInt('attempt', {
      description: 'How often an engine has begun it; above 1 after a crash.',
    }),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description: 'Mean confidence of its detections, 0..1; null when there are none or it has not succeeded.',
    }),
    detections: t.field({
      type: [Detection],
      description: 'What was found; empty until it has SUCCEEDED.',
      args: {
        minConfidence: t.arg.float({ description: '0..1: leave out those below.' }),
        catalogItemId: t.arg.id({ description: 'Only those of this item.' }),
      },
      complexity: { field: 1, multiplier: 20 },
      resolve: async (row, { minConfidence, catalogItemId }, context) => {
        const itemId = catalogItemId == null ? null : decodeId('catalogItem', catalogItemId);
        if (catalogItemId != null && itemId === null) return [];
        return listDetections(await loadResult(context, row)).filter(
          ({ detection }) =>
            detection.confidence >= (minConfidence ?? 0) && (itemId === null || detection.itemId === itemId),
        );
      },
    }),
    detectionCount: t.exposeInt('detection_count', { description: '0 until it has SUCCEEDED.' }),
    inactiveItemCount: t.exposeInt('inactive_item_count', {
      nullable: true,
      description:
        "How many of the task's items were not ACTIVE when it started, so not looked for, or not described yet by a model of " +
        'the pipeline that is new here; null until it has started.',
    }),
    pipeline: t.field({
      type: Pipeline,
      description: 'Fixed when it was submitted.',
      resolve: (row, _args, context) => fixedPipeline(context, row.pipeline),
    }),
  }),
});

function listDetections(result: AnalysisResultRow | null): DetectionShape[] {
  return result ? result.detections.map((detection, index) => ({ detection, index, result })) : [];
}

registerNode('Analysis', (context, id) => Analysis.getDataloader(context).load(id));

export const AnalysisConnection = connectionType<AnalysisRow>('Analysis', Analysis, {
  edgeFields: (t) => ({
    index: t.int({
      nullable: true,
      description: 'Position in the request, from 0, in the list of a batch; else null.',
      resolve: (edge) => edge.node.position ?? null,
    }),
  }),
});
