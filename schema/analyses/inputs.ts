import type { AnalysisFilter as AnalysisFilterRow } from '../../src/analyses/analyses.repository.ts';
import type { AnalysisOrder as AnalysisOrderRow } from '../../src/analyses/list-analyses.repository.ts';
import { idKind } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { filterId, givenId } from '../core/given-id.ts';
import { orderInput } from '../core/order.ts';
import { DateTimeRange, MetadataMatch } from '../core/ranges.ts';
import { AnalysisStatus } from './enums.ts';

export const AnalysisFilter = builder.inputType('AnalysisFilter', {
  description:
    'Filters for analyses. An analysis must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these analyses.' }),
    taskId: t.id({ description: 'Only analyses of this task.' }),
    batchId: t.id({ description: 'Only analyses in this batch.' }),
    imageId: t.id({ description: 'Only analyses of this image.' }),
    status: t.field({ type: [AnalysisStatus], description: 'Only analyses with one of these statuses.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only analyses submitted in this period.' }),
    finishedAt: t.field({ type: DateTimeRange, description: 'Only analyses that ended in this period.' }),
    externalId: t.string({ description: 'Only analyses with exactly this externalId.' }),
    placeId: t.string({ description: 'Only analyses with exactly this placeId.' }),
    visitId: t.string({ description: 'Only analyses with exactly this visitId.' }),
    containsCatalogItemId: t.id({ description: 'Only analyses that found this catalogue item.' }),
    minConfidence: t.float({ description: 'Only analyses whose mean confidence is at least this, 0 to 1.' }),
    metadata: t.field({ type: [MetadataMatch], description: 'Only analyses whose metadata has all of these pairs.' }),
  }),
});

export const AnalysisOrder = orderInput<AnalysisOrderRow['field']>('Analysis', 'analyses', {
  CREATED_AT: { description: 'The time of submission.' },
  FINISHED_AT: { description: 'The time at which they ended. Analyses that have not ended come last.' },
  CONFIDENCE: {
    description:
      'The mean confidence of the detections: with ASC, the least certain come first. Analyses without one come last.',
  },
});

type Input = typeof AnalysisFilter.$inferInput;

/** Converts the input for the repository. @param kind of the analyses that are filtered */
export function toAnalysisFilter(
  input: Input | null | undefined,
  kind: 'analysis' | 'videoAnalysis' = 'analysis',
): AnalysisFilterRow {
  if (!input) return {};
  return {
    ids: input.ids?.map((id) => filterId(kind, id)!),
    taskId: filterId('task', input.taskId),
    batchId: filterId('batch', input.batchId),
    imageId: filterId('image', input.imageId),
    statuses: input.status ?? undefined,
    createdAt: input.createdAt ?? undefined,
    finishedAt: input.finishedAt ?? undefined,
    externalId: input.externalId ?? undefined,
    placeId: input.placeId ?? undefined,
    visitId: input.visitId ?? undefined,
    containsCatalogItemId: filterId('catalogItem', input.containsCatalogItemId),
    minConfidence: input.minConfidence ?? undefined,
    metadata: input.metadata ?? undefined,
  };
}

export const AnalysisTarget = builder.inputType('AnalysisTarget', {
  description: 'A selection of analyses. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    ids: t.idList({ description: 'The analyses with these ids, of images and videos.' }),
    batchId: t.id({ description: 'All analyses in this batch. A batch has no videos.' }),
    taskId: t.id({ description: 'All analyses of this task, of images and videos.' }),
  }),
});

/** Converts the input for services. Ids of analyses of images and of videos may be mixed. */
export function toAnalysisTarget(target: typeof AnalysisTarget.$inferInput) {
  if (target.ids) return { ids: target.ids.map((id) => givenId(isOfVideo(id) ? 'videoAnalysis' : 'analysis', id)) };
  if (target.batchId) return { batchId: givenId('batch', target.batchId) };
  return { taskId: givenId('task', target.taskId!) };
}

/** Whether an id of an analysis is one of a video. */
export function isOfVideo(id: string): boolean {
  return idKind(id) === 'videoAnalysis';
}
