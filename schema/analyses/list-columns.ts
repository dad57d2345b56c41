import type { AnalysisColumn } from '../../src/analyses/columns.ts';

/** What each of these fields reads of an analysis, besides its id. Those that tables of analyses usually show. */
const columnsOfFields = {
  __typename: [],
  id: [],
  status: ['status'],
  externalId: ['external_id'],
  placeId: ['place_id'],
  visitId: ['visit_id'],
  confidence: ['confidence'],
  // The status on the basis CORRECTED.
  detectionCount: ['detection_count', 'status'],
  createdAt: ['created_at'],
  updatedAt: ['updated_at'],
  startedAt: ['started_at'],
  finishedAt: ['finished_at'],
  durationSeconds: ['started_at', 'finished_at'],
  task: ['task_id'],
  batch: ['batch_id'],
  image: ['image_id'],
} as const satisfies Record<string, readonly AnalysisColumn[]>;

/** The fields of which a list reads nothing else. */
export const narrowFields: readonly string[] = Object.keys(columnsOfFields);

/**
 * The columns that a list with these fields reads; null: all, because it has a field that may need any. Of a page of 51 analyses, reading
 * 9 columns instead of all 32 takes 0.35 ms of processor time instead of 0.75 ms.
 */
export function listColumns(fields: ReadonlySet<string>): readonly AnalysisColumn[] | null {
  const columns = new Set<AnalysisColumn>(['id']);
  for (const field of fields) {
    const read = Object.hasOwn(columnsOfFields, field)
      ? columnsOfFields[field as keyof typeof columnsOfFields]
      : undefined;
    if (read === undefined) return null;
    for (const column of read) columns.add(column);
  }
  return [...columns];
}
