import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { LoadedPipeline } from '../models/load-pipelines.ts';
import { isNewest } from '../models/resolve-pipeline.ts';

/**
 * The newest version of each pipeline, and the earlier ones that tasks name. Items are described for these: an earlier version may have models
 * of its own, which no engine opens and no item needs as long as no task uses them.
 */
export async function findPipelinesInUse(
  db: Kysely<DB>,
  pipelines: readonly LoadedPipeline[],
): Promise<LoadedPipeline[]> {
  const rows = await db
    .selectFrom('task')
    .select('pipeline')
    .distinct()
    .where('pipeline', 'like', '%@%')
    .where('deleted_at', 'is', null)
    .execute();
  const named = new Set(rows.map(({ pipeline }) => pipeline));
  return pipelines.filter((pipeline) => isNewest(pipelines, pipeline) || named.has(pipeline.key));
}
