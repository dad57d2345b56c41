import { findAnalyses } from '../../src/analyses/analyses.repository.ts';
import type { AnalysisRow } from '../../src/analyses/columns.ts';
import type { StoredTimings } from '../../src/analyses/result.ts';
import { decodeId } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connectionType } from '../core/connection.ts';
import { rowsById } from '../core/loaders.ts';
import { loadNeighbors, neighbor } from '../core/neighbors.ts';
import { registerNode } from '../core/node.ts';
import { selectedFields } from '../core/selection.ts';
import { Image } from '../images/image.ts';
import { imageWords } from '../images/media-fields.ts';
import { basisArg } from './basis.ts';
import { commonFields } from './common-fields.ts';
import { Detection } from './detection.ts';
import { loadDetections, loadResult } from './results.ts';
import { AnalysisWarning } from './warning.ts';

export const Analysis = builder.loadableNodeRef(
  'Analysis',
  rowsById((ids, context) => findAnalyses(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

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
    ...commonFields(t, 'Analysis', imageWords),
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
    idempotencyKey: t.exposeString('idempotency_key', {
      nullable: true,
      description:
        'The idempotency key submitted with the image. Within 24 hours of that, the same key returns this analysis. Null if there was none.',
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
