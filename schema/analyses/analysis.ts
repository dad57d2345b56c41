import { findAnalyses } from '../../src/analyses/analyses.repository.ts';
import type { AnalysisRow } from '../../src/analyses/columns.ts';
import { priorityName } from '../../src/analyses/life.ts';
import type { Location } from '../../src/analyses/location.ts';
import type { StoredTimings } from '../../src/analyses/result.ts';
import { decodeId } from '../../src/ids.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { Failure } from '../core/errors.ts';
import { loadNeighbors, neighbor } from '../core/neighbors.ts';
import { registerNode } from '../core/node.ts';
import { selectedFields } from '../core/selection.ts';
import { Image } from '../images/image.ts';
import { fixedPipeline, Pipeline } from '../models/pipeline.ts';
import { Task } from '../tasks/task.ts';
import { basisArg } from './basis.ts';
import { Detection } from './detection.ts';
import { AnalysisStatus, Priority } from './enums.ts';
import { loadDetections, loadResult } from './results.ts';
import { AnalysisWarning } from './warning.ts';

export const GeoPoint = builder.objectRef<Location>('GeoPoint').implement({
  description: 'A position on Earth (WGS 84).',
  fields: (t) => ({
    latitude: t.exposeFloat('latitude', { description: 'Latitude in degrees, from -90 (south) to 90 (north).' }),
    longitude: t.exposeFloat('longitude', { description: 'Longitude in degrees, from -180 (west) to 180 (east).' }),
  }),
});

export const Analysis = builder.loadableNodeRef('Analysis', {
  id: { resolve: (row: AnalysisRow) => row.id },
  load: (ids: string[], context) => findAnalyses(context.app.db, organizationOf(context), ids, narrowingOf(context)),
  toKey: (row) => row.id,
  sort: true,
});

const AnalysisTimings = builder.objectRef<StoredTimings & { queueMs: number }>('AnalysisTimings').implement({
  description: 'How long each stage took, in milliseconds.',
  fields: (t) => ({
    queueMs: t.exposeFloat('queueMs', {
      description: 'Milliseconds from submission until the engine that finished the analysis took it.',
    }),
    decodeMs: t.exposeFloat('decodeMs', { description: 'Milliseconds spent on reading and decoding the image.' }),
    inferenceMs: t.exposeFloat('inferenceMs', { description: 'Milliseconds spent on running models.' }),
    matchMs: t.exposeFloat('matchMs', {
      description: 'Milliseconds spent on matching products with the catalogue, local features included.',
    }),
    textMs: t.float({
      nullable: true,
      description: 'Milliseconds spent on reading text. Null if it was not requested.',
      resolve: ({ textMs }) => textMs ?? null,
    }),
    codesMs: t.float({
      nullable: true,
      description: 'Milliseconds spent on reading codes. Null if none were to be read.',
      resolve: ({ codesMs }) => codesMs ?? null,
    }),
  }),
});

function seconds(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

Analysis.implement({
  description: 'One image processed by one task. Its result never changes; a rerun creates another analysis.',
  isTypeOf: undefined,
  fields: (t) => ({
    status: t.field({ type: AnalysisStatus, description: 'The current status.', resolve: (row) => row.status }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the analysis is FAILED. Null in any other status.',
      resolve: readFailure,
    }),
    task: t.field({
      type: Task,
      description: 'The task that the analysis ran, even if the task has since been deleted.',
      resolve: neighbor('Analysis', 'task', Task, (row: AnalysisRow) => row.task_id),
    }),
    image: t.field({
      type: Image,
      nullable: true,
      description: 'The image. Null if it has been deleted.',
      resolve: neighbor('Analysis', 'image', Image, (row: AnalysisRow) => row.image_id),
    }),
    sourceUrl: t.field({
      type: 'URL',
      nullable: true,
      description:
        'The URL from which the server fetched the image. Null if the image was sent by the client or has been deleted.',
      resolve: async ({ image_id }, _args, context) =>
        image_id === null ? null : ((await Image.getDataloader(context).load(image_id))?.source_url ?? null),
    }),
    externalId: t.exposeString('external_id', { nullable: true, description: "The client's own id for the image." }),
    placeId: t.exposeString('place_id', {
      nullable: true,
      description: "The client's own id for the place where the picture was taken.",
    }),
    visitId: t.exposeString('visit_id', {
      nullable: true,
      description: "The client's own id for the visit that the picture belongs to.",
    }),
    location: t.field({
      type: GeoPoint,
      nullable: true,
      description:
        'Where the picture was taken, as submitted by the client; it is never read from the image. Null if the client submitted none.',
      resolve: ({ latitude, longitude }) => (latitude === null || longitude === null ? null : { latitude, longitude }),
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'The metadata submitted with the image.',
      resolve: (row) => row.metadata as Record<string, unknown>,
    }),
    options: t.field({
      type: 'JSONObject',
      description: 'The options submitted with the image: those that override the task.',
      resolve: (row) => row.options as Record<string, unknown>,
    }),
    idempotencyKey: t.exposeString('idempotency_key', {
      nullable: true,
      description:
        'The idempotency key submitted with the image. Within 24 hours of that, the same key returns this analysis. Null if there was none.',
    }),
    actor: t.exposeString('actor', {
      nullable: true,
      description:
        'Whom the session token stood for with which the analysis was submitted or rerun; see CreateSessionTokenInput. Null if nobody was named, or an API key was sent.',
    }),
    priority: t.field({
      type: Priority,
      description: 'The priority with which the analysis was submitted.',
      resolve: (row) => priorityName(row.priority),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the analysis was submitted.',
      resolve: (row) => row.created_at,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the status last changed.',
      resolve: (row) => row.updated_at,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When an engine took the image. Null while the analysis waits, and if it never ran.',
      resolve: (row) => row.started_at,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the analysis ended. Null until then.',
      resolve: (row) => row.finished_at,
    }),
    durationSeconds: t.float({
      nullable: true,
      description: 'Seconds from startedAt to finishedAt. Null unless the analysis ran and has ended.',
      resolve: ({ started_at, finished_at }) => (started_at && finished_at ? seconds(started_at, finished_at) : null),
    }),
    timings: t.field({
      type: AnalysisTimings,
      nullable: true,
      description: 'How long each stage took. Null unless the analysis SUCCEEDED.',
      resolve: async (row, _args, context) => {
        const result = await loadResult(context, row);
        return result && { ...result.timings, queueMs: seconds(row.created_at, row.started_at!) * 1000 };
      },
    }),
    warnings: t.field({
      type: [AnalysisWarning],
      description:
        'What did not keep the image from being analysed: faults of the image, and optional steps that failed, such as reading text. Empty if all went well, and unless the analysis SUCCEEDED.',
      resolve: async (row, _args, context) => (await loadResult(context, row))?.warnings ?? [],
    }),
    attempt: t.exposeInt('attempt', {
      description: 'How many times an engine has started the analysis; more than 1 after a crash.',
    }),
    confidence: t.exposeFloat('confidence', {
      nullable: true,
      description:
        'Mean confidence of the detections, 0 to 1. Null if there are none, and unless the analysis SUCCEEDED.',
    }),
    detections: t.field({
      type: [Detection],
      description: 'The products in the image. Empty unless the analysis SUCCEEDED.',
      args: {
        basis: basisArg(t.arg),
        minConfidence: t.arg.float({
          description: 'Returns only detections with at least this confidence, 0 to 1. Default: all.',
        }),
        catalogItemId: t.arg.id({ description: 'Returns only detections of this catalogue item. Default: all.' }),
      },
      complexity: { field: 1, multiplier: 20 },
      resolve: async (row, { basis, minConfidence, catalogItemId }, context, info) => {
        const itemId = catalogItemId == null ? null : decodeId('catalogItem', catalogItemId);
        if (catalogItemId != null && itemId === null) return [];
        const detections = (await loadDetections(context, row, basis)).filter(
          ({ detection }) =>
            detection.confidence >= (minConfidence ?? 0) && (itemId === null || detection.itemId === itemId),
        );
        await loadNeighbors('Detection', detections, selectedFields(info), context);
        return detections;
      },
    }),
    detectionCount: t.int({
      description: 'Number of detections. 0 unless the analysis SUCCEEDED.',
      args: { basis: basisArg(t.arg) },
      // Not an async function: in a list, each entry would be a promise, and the list one of all.
      resolve: (row, { basis }, context) =>
        basis === 'FOUND'
          ? row.detection_count
          : loadDetections(context, row, basis).then((detections) => detections.length),
    }),
    inactiveItemCount: t.exposeInt('inactive_item_count', {
      nullable: true,
      description:
        "Number of the task's items that were not fully ready when the analysis started. It does not look for items that were not ACTIVE or not yet embedded by a new model of the pipeline; items that wait for a new verifier are found by appearance alone. Null until the analysis has started.",
    }),
    pipeline: t.field({
      type: Pipeline,
      description: 'The pipeline that runs the analysis, chosen when it was submitted.',
      resolve: (row, _args, context) => fixedPipeline(context, row.pipeline),
    }),
  }),
});

registerNode('Analysis', (context, id) => Analysis.getDataloader(context).load(id), { permits: ['NARROWED'] });

export const AnalysisConnection = connectionType<AnalysisRow>('Analysis', Analysis, {
  edgeFields: (t) => ({
    index: t.int({
      nullable: true,
      description: "Position in the batch's request, from 0. Null in any other list.",
      resolve: (edge) => edge.node.position ?? null,
    }),
  }),
});
