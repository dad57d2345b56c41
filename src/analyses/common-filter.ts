import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type DateTimeRange, hasMetadata, type MetadataMatch, oneOf, within } from '../database/filters.ts';
import type { Narrowing } from '../shared/narrowing.ts';
import type { AnalysisStatus } from './life.ts';
import { seesAnalysis } from './narrowing-filter.ts';

/** What analyses of images and of videos can be filtered by. An absent filter does not restrict. */
export interface CommonFilter {
  ids?: readonly string[] | undefined;
  taskId?: string | undefined;
  statuses?: readonly AnalysisStatus[] | undefined;
  createdAt?: DateTimeRange | undefined;
  finishedAt?: DateTimeRange | undefined;
  externalId?: string | undefined;
  placeId?: string | undefined;
  visitId?: string | undefined;
  /** Every pair must match. */
  metadata?: readonly MetadataMatch[] | undefined;
  /** What the caller is limited to. */
  narrowing?: Narrowing | null | undefined;
}

const tables = { analysis: sql.table('analysis'), video_analysis: sql.table('video_analysis') };

/** For the `where` of a query with this table. */
export function commonConditions(table: keyof typeof tables, filter: CommonFilter): RawBuilder<SqlBool>[] {
  const of = tables[table];
  const all: RawBuilder<SqlBool>[] = [];
  if (filter.ids) all.push(oneOf(sql`${of}.id`, filter.ids, 'uuid'));
  if (filter.statuses) all.push(oneOf(sql`${of}.status`, filter.statuses, 'text'));
  if (filter.taskId) all.push(sql`${of}.task_id = ${filter.taskId}`);
  if (filter.externalId !== undefined) all.push(sql`${of}.external_id = ${filter.externalId}`);
  if (filter.placeId !== undefined) all.push(sql`${of}.place_id = ${filter.placeId}`);
  if (filter.visitId !== undefined) all.push(sql`${of}.visit_id = ${filter.visitId}`);
  all.push(...within(sql`${of}.created_at`, filter.createdAt), ...within(sql`${of}.finished_at`, filter.finishedAt));
  for (const pair of filter.metadata ?? []) all.push(hasMetadata(sql`${of}.metadata`, pair));
  if (filter.narrowing) all.push(seesAnalysis(filter.narrowing, of));
  return all;
}
