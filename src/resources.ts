import type { KeyObject } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Config } from './config.ts';
import type { DB } from './database/types.generated.ts';
import type { Events } from './events/events.ts';
import type { Hints } from './events/hints.ts';
import type { LibraryMatrices } from './library/matrices.ts';
import type { Logger } from './log.ts';
import type { LoadedPipeline } from './models/load-pipelines.ts';
import type { BlobStore } from './storage/blob-store.ts';
import type { SystemStatus } from './system/system-status.ts';

/** The resources of an api process, created once at the start and passed as an argument. */
export interface Resources {
  config: Config;
  logger: Logger;
  db: Kysely<DB>;
  /** For what responses to events read: a crowd of them waits here, and leaves connections for requests. */
  eventDb: Kysely<DB>;
  blobs: BlobStore;
  /** Notifies of new events or jobs; shared by the roles of one process. */
  hints: Hints;
  /** The event log, its live tail and cursors. */
  events: Events;
  pipelines: readonly LoadedPipeline[];
  /** Embeddings of images, for searching by example. */
  library: LibraryMatrices;
  /** The state of engines and queues. */
  system: SystemStatus;
  /** Signs URLs; the same in all processes. */
  urlSecret: KeyObject;
  /** The address of this server for clients, without a slash at the end; known once it listens. */
  publicUrl(): string;
}
