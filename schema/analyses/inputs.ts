import type { AnalysisFilter as AnalysisFilterRow } from '../../src/analyses/analyses.repository.ts';
import { decodeId, type IdKind } from '../../src/ids.ts';
import { builder } from '../core/builder.ts';
import { givenId, givenIds } from '../core/given-id.ts';
import { DateTimeRange, MetadataMatch } from '../core/ranges.ts';
import { AnalysisStatus } from './analysis.ts';

export const AnalysisFilter = builder.inputType('AnalysisFilter', {
  description:
    'Narrowing rules, all of which must hold; what is absent or null does not narrow. Unknown ids match nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these analyses.' }),
    taskId: t.id({ description: 'Of this task.' }),
    batchId: t.id({ description: 'Members of this batch.' }),
    imageId: t.id({ description: 'Of this image.' }),
    status: t.field({ type: [AnalysisStatus], description: 'In one of these.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'When it was submitted.' }),
    externalId: t.string({ description: 'Exactly.' }),
    placeId: t.string({ description: 'Exactly.' }),
    containsCatalogItemId: t.id({ description: 'In which this item was found.' }),
    minConfidence: t.float({ description: '0..1: the least mean confidence of its detections.' }),
    metadata: t.field({ type: [MetadataMatch], description: 'Every pair must match.' }),
  }),
});

type Input = typeof AnalysisFilter.$inferInput;

/** No UUIDv7 of ours: what an id that cannot be one of ours is looked for as, so that it matches nothing. */
const nobody = '00000000-0000-0000-0000-000000000000';

function toUuid(kind: IdKind, id: string | null | undefined): string | undefined {
  return id == null ? undefined : (decodeId(kind, id) ?? nobody);
}

/** The input as the repository takes it. */
export function toAnalysisFilter(input: Input | null | undefined): AnalysisFilterRow {
  if (!input) return {};
  return {
    ids: input.ids?.map((id) => toUuid('analysis', id)!),
    taskId: toUuid('task', input.taskId),
    batchId: toUuid('batch', input.batchId),
    imageId: toUuid('image', input.imageId),
    statuses: input.status ?? undefined,
    createdAt: input.createdAt ?? undefined,
    externalId: input.externalId ?? undefined,
    placeId: input.placeId ?? undefined,
    containsCatalogItemId: toUuid('catalogItem', input.containsCatalogItemId),
    minConfidence: input.minConfidence ?? undefined,
    metadata: input.metadata ?? undefined,
  };
}

export const AnalysisTarget = builder.inputType('AnalysisTarget', {
  description: 'Which analyses are meant. Exactly one.',
  isOneOf: true,
  fields: (t) => ({
    ids: t.idList({ description: 'These.' }),
    batchId: t.id({ description: 'All of this batch.' }),
    taskId: t.id({ description: 'All of this task.' }),
  }),
});

/** The input as services take it. */
export function toAnalysisTarget(target: typeof AnalysisTarget.$inferInput) {
  if (target.ids) return { ids: givenIds('analysis', target.ids) };
  if (target.batchId) return { batchId: givenId('batch', target.batchId) };
  return { taskId: givenId('task', target.taskId!) };
}
