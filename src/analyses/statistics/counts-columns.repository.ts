import { sql } from 'kysely';
import type { BucketKey, Counts } from './counts.ts';

/** The columns of a key and its counts in both tables of counters, in the order of column lists. */
const columns = {
  organization_id: 'uuid',
  bucket_at: 'timestamptz',
  task_id: 'uuid',
  place_id: 'text',
  submitted: 'bigint',
  succeeded: 'bigint',
  failed: 'bigint',
  canceled: 'bigint',
  expired: 'bigint',
  facings: 'bigint',
  duration_ms: 'float8',
  latencies: 'jsonb',
  failures: 'jsonb',
  item_analyses: 'jsonb',
  item_facings: 'jsonb',
  facings_change: 'bigint',
  item_analyses_change: 'jsonb',
  item_facings_change: 'jsonb',
} as const;

type Column = keyof typeof columns;

/** Lists of their names, with and without bucket_at, and with their types. */
export const typedColumns = {
  names: sql.join(Object.keys(columns).map((name) => sql.ref(name))),
  namesButBucket: sql.join(
    Object.keys(columns)
      .filter((name) => name !== 'bucket_at')
      .map((name) => sql.ref(name)),
  ),
  types: sql.join(Object.entries(columns).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`)),
};

export function toColumns({ key, counts }: { key: BucketKey; counts: Counts }): Record<Column, unknown> {
  const { durationMs, itemAnalyses, itemFacings, facingsChange, itemAnalysesChange, itemFacingsChange, ...same } =
    counts;
  return {
    organization_id: key.organizationId,
    bucket_at: key.bucketAt,
    task_id: key.taskId,
    place_id: key.placeId,
    ...same,
    duration_ms: durationMs,
    item_analyses: itemAnalyses,
    item_facings: itemFacings,
    facings_change: facingsChange,
    item_analyses_change: itemAnalysesChange,
    item_facings_change: itemFacingsChange,
  };
}

/** A row with these columns; the sums are text, like all 64-bit integers of PostgreSQL. */
export type CountsRow = {
  [Name in Column]: (typeof columns)[Name] extends 'jsonb' ? Record<string, number> : unknown;
} & { organization_id: string; bucket_at: Date; task_id: string; place_id: string | null };

export function fromColumns(row: CountsRow): { key: BucketKey; counts: Counts } {
  return {
    key: {
      organizationId: row.organization_id,
      bucketAt: row.bucket_at,
      taskId: row.task_id,
      placeId: row.place_id,
    },
    counts: {
      submitted: Number(row.submitted),
      succeeded: Number(row.succeeded),
      failed: Number(row.failed),
      canceled: Number(row.canceled),
      expired: Number(row.expired),
      facings: Number(row.facings),
      durationMs: Number(row.duration_ms),
      latencies: row.latencies,
      failures: row.failures,
      itemAnalyses: row.item_analyses,
      itemFacings: row.item_facings,
      facingsChange: Number(row.facings_change),
      itemAnalysesChange: row.item_analyses_change,
      itemFacingsChange: row.item_facings_change,
    },
  };
}
