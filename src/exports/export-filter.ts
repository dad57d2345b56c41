import { z } from 'zod';
import type { AnalysisFilter } from '../analyses/analyses.repository.ts';
import { analysisStatuses } from '../analyses/life.ts';

const date = z.coerce.date().nullish();
const range = z.object({ from: date, to: date });

/** The form of an AnalysisFilter in `export.filter`: JSON, with times as text. A field that is added there must be added here. */
const stored = z.strictObject({
  ids: z.array(z.uuid()).optional(),
  taskId: z.uuid().optional(),
  batchId: z.uuid().optional(),
  imageId: z.uuid().optional(),
  statuses: z.array(z.enum(analysisStatuses)).optional(),
  createdAt: range.optional(),
  finishedAt: range.optional(),
  externalId: z.string().optional(),
  placeId: z.string().optional(),
  visitId: z.string().optional(),
  containsCatalogItemId: z.uuid().optional(),
  minConfidence: z.number().optional(),
  metadata: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
}) satisfies z.ZodType<AnalysisFilter>;

/** @throws if a field of the filter is unknown here: ignoring it would export more than was requested. */
export function storeFilter(filter: AnalysisFilter): string {
  return JSON.stringify(stored.parse(filter));
}

export function readFilter(column: unknown): AnalysisFilter {
  return stored.parse(column);
}
