import { statfs } from 'node:fs/promises';
import { readBackupAge } from '../../backup/last-backup.ts';
import type { Database } from '../../database/pool.ts';
import { readOverdueJobs } from '../../jobs/jobs.repository.ts';
import { readRetentionBehind } from '../../retention/retention.repository.ts';
import type { EngineState } from '../../shared/engine-state.ts';
import type { MediaType } from '../../shared/media-type.ts';
import { readFailedShare, readWaiting } from '../../system/load.repository.ts';
import { listEngines } from '../../system/system.repository.ts';
import { atMostEvery, type GaugeSource } from './metrics.ts';

/** How often the numbers of a scrape may be read anew. Those that change slowly and cost a step in an index for each organisation are read seldom. */
const readEveryMs = 5_000;
const readSeldomMs = 60_000;

/** What is counted apart for images and videos. */
const label = 'media_type';

function byMediaType<T>(make: (mediaType: MediaType) => T): Record<MediaType, T> {
  return { IMAGE: make('IMAGE'), VIDEO: make('VIDEO') };
}

/** What is waiting, failing and running out: the numbers that the alert rules of deploy/monitoring need. */
export function systemGauges(parts: {
  /** The connections of requests. */
  database: Pick<Database, 'db' | 'pool'>;
  dataDir: string;
  /** Whether the database is the embedded one, which `sightline backup` copies. */
  hasOwnDatabase: boolean;
  /** null: an api, which has none. */
  engines: (() => readonly { state: EngineState; rssBytes: number }[]) | null;
}): GaugeSource[] {
  const { database, dataDir, hasOwnDatabase, engines } = parts;
  const { db, pool } = database;
  const waiting = byMediaType((mediaType) => atMostEvery(readEveryMs, () => readWaiting(db, mediaType)));
  return [
    {
      name: 'analyses_waiting',
      help: 'Analyses of all organisations that wait for a worker.',
      label,
      reads: byMediaType((mediaType) => async () => (await waiting[mediaType]()).count),
    },
    {
      name: 'queue_oldest_seconds',
      help: 'How long the oldest of them has waited. 0: none waits.',
      label,
      reads: byMediaType((mediaType) => async () => (await waiting[mediaType]()).oldestSeconds),
    },
    {
      name: 'last_hour_failed_share',
      help: 'Of the analyses of all organisations that were submitted in the last hour and have ended: FAILED, 0..1. 0: none has ended.',
      label,
      reads: byMediaType((mediaType) => atMostEvery(readSeldomMs, () => readFailedShare(db, mediaType))),
    },
    {
      name: 'jobs_overdue_seconds',
      help: 'For how long the job that should have begun first has waited: retention, exports, indexing and all others. 0: none is late.',
      read: atMostEvery(readEveryMs, () => readOverdueJobs(db)),
    },
    {
      name: 'retention_behind_seconds',
      help: 'How long ago the analysis, image or video that should have been removed first should have been, by the `retention` of its organisation. 0: none is overdue.',
      read: atMostEvery(readSeldomMs, () => readRetentionBehind(db)),
    },
    {
      name: 'engine_crashes',
      help: 'Crashes of the engines of all workers that are alive, within the last 15 minutes.',
      read: atMostEvery(readEveryMs, async () => {
        return (await listEngines(db)).reduce((sum, { crashes = 0 }) => sum + crashes, 0);
      }),
    },
    {
      name: 'database_connections_waiting',
      help: 'Statements of requests that wait for one of the connections of this process.',
      read: () => pool.waitingCount,
    },
    {
      name: 'data_dir_free_bytes',
      help: 'Free space on the disk of DATA_DIR.',
      read: () => readFreeBytes(dataDir),
    },
    ...(hasOwnDatabase ? [backupGauge(dataDir)] : []),
    ...(engines ? engineGauges(engines) : []),
  ];
}

function backupGauge(dataDir: string): GaugeSource {
  return {
    name: 'last_backup_age_seconds',
    help: 'Time since `sightline backup` was last completed for this DATA_DIR. +Inf: never. Only where the database is the embedded one.',
    read: () => readBackupAge(dataDir),
  };
}

function engineGauges(engines: () => readonly { state: EngineState; rssBytes: number }[]): GaugeSource[] {
  const count = (...states: EngineState[]) => engines().filter(({ state }) => states.includes(state)).length;
  return [
    {
      name: 'engines_working',
      help: 'Engines of this process that are ready or busy.',
      read: () => count('READY', 'BUSY'),
    },
    {
      name: 'engines_degraded',
      help: 'Engines of this process that have crashed and are about to be started again.',
      read: () => count('DEGRADED'),
    },
    {
      name: 'engine_memory_bytes',
      help: 'Resident memory of the engines of this process together.',
      read: () => engines().reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    },
  ];
}

async function readFreeBytes(dataDir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dataDir);
  return bavail * bsize;
}
