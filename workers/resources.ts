import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Config } from '../src/config.ts';
import type { DB } from '../src/database/types.generated.ts';
import type { Hints } from '../src/events/hints.ts';
import type { Logger } from '../src/log.ts';
import type { LoadedPipeline } from '../src/models/load-pipelines.ts';
import type { BlobStore } from '../src/storage/blob-store.ts';
import type { EnginePool } from './engines/pool/pool.ts';

/** The resources of a worker process, created once at the start and passed as an argument. */
export interface WorkerResources {
  config: Config;
  logger: Logger;
  db: Kysely<DB>;
  /** The connections behind `db`, for graphile-worker. */
  pool: Pool;
  blobs: BlobStore;
  hints: Hints;
  pipelines: readonly LoadedPipeline[];
  engines: EnginePool;
}
