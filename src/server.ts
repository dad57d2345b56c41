import { countCpus, planEngines } from '../workers/engines/pool/cpu-quota.ts';
import { keepEngineModules } from '../workers/engines/pool/keep-engine-modules.ts';
import { variantsDirOf } from '../workers/engines/pool/kept-choices.ts';
import { type EnginePool, startEnginePool } from '../workers/engines/pool/pool.ts';
import type { Config } from './config.ts';
import { lockDataDir } from './database/data-dir-lock.ts';
import { startEmbeddedServer } from './database/embedded-server.ts';
import { LivenessLock } from './database/liveness-lock.ts';
import { migrate } from './database/migrator.ts';
import { createDatabase, type Database } from './database/pool.ts';
import { describeServer, waitForDatabase } from './database/wait-for-database.ts';
import { createEvents } from './events/events.ts';
import { createHints } from './events/hints.ts';
import { ensureEventPartitions } from './events/log.ts';
import { watchEventLoopDelay } from './gateway/monitoring/event-loop-delay.ts';
import { systemGauges } from './gateway/monitoring/system-gauges.ts';
import type { Gateway } from './gateway/server.ts';
import { LibraryMatrices } from './library/matrices.ts';
import type { Logger } from './log.ts';
import { loadPipelines } from './models/load-pipelines.ts';
import { bootstrapOrganization } from './organizations/bootstrap.ts';
import type { Resources } from './resources.ts';
import { getSecret } from './secrets.repository.ts';
import { createSignInLink } from './session-tokens/sign-in-link.ts';
import { openBlobStore } from './storage/open-store.ts';
import { Teardown } from './teardown.ts';
import { startTracing } from './tracing/start-tracing.ts';

/** The role of a process. `start` is api and worker in one, with its own DATA_DIR; the others share a database. */
export type Role = 'start' | 'api' | 'worker';

export interface Sightline {
  /** Its address for clients; null for a worker. */
  url: string | null;
  /** The key that the first start created; null on every later start. */
  firstApiKey: string | null;
  /** Signs in to the dashboard once, within five minutes. Null unless this process serves it to this machine alone. */
  createSignInLink(): Promise<string | null>;
  /** Resolves when the process cannot continue, with a message for the operator. It still has to be closed. */
  failed: Promise<Error>;
  /** Lets running work finish for up to `graceMs` (default: as configured), then stops everything. May be called more than once. */
  close(graceMs?: number): Promise<void>;
}

/** A week: the log has a partition to write to unless no process has run for a week. */
const eventDaysAhead = 7;
/** Enough for the requests or jobs that wait for SQL at the same time; each connection of the embedded server takes about 10 MB. */
const maxConnections = 20;
/** For the other work of an api: migrations, then hints. */
const maxConnectionsBesideRequests = 3;
/** A statement of a request ends soon after the deadline of its query (30 s), and no statement that changes data takes this long. */
const requestStatementTimeoutMs = 35_000;
/** Jobs that wait in the engine pool. The worker claims only what engines can process soon, so this is never reached. */
const engineQueueLimit = 1_000;

/**
 * Starts the parts of one process and connects them; with engines, resolves when one is warm. If a part cannot start, those that
 * have started are stopped again.
 */
export async function startSightline(config: Config, role: Role, logger: Logger): Promise<Sightline> {
  const teardown = new Teardown(logger);
  try {
    return await assemble(config, role, logger, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function assemble(config: Config, role: Role, logger: Logger, teardown: Teardown): Promise<Sightline> {
  const tracing = await startTracing(config.traces, role, logger);
  teardown.add('traces', tracing.close);
  const lock = role === 'start' ? await lockDataDir(config.dataDir) : null;
  if (lock) teardown.add('lock of the data directory', lock.release);
  // Started first and awaited last: engines take the longest to become ready, and do not need the database.
  const engines = role === 'api' ? null : startEngines(config, logger, teardown);
  const failed = Promise.withResolvers<Error>();
  const database = await openDatabase(config, role, { logger, teardown, onLost: failed.resolve });
  const { db } = database;
  const databases = [database];
  const liveness = role === 'api' ? null : new LivenessLock();
  const shared = {
    config,
    logger,
    db,
    hints: await openHints(database, { liveness, onSilence: () => cutAll(databases), logger, teardown }),
    blobs: await openBlobStore(config),
    pipelines: await loadPipelines(config.modelsDir),
  };
  const bootstrap = async () => (role === 'worker' ? null : bootstrapOrganization(db, config.bootstrapApiKey));
  // A key that clients already know must be valid before they can connect.
  if (config.bootstrapApiKey !== null) await bootstrap();
  const requestDatabase = role === 'worker' ? null : openForRequests(config, database, logger, teardown);
  if (requestDatabase) databases.push(requestDatabase);
  const gateway = requestDatabase && (await openGateway(shared, requestDatabase, engines?.pool ?? null, teardown));
  if (engines && liveness) {
    // Also after the engines have begun.
    const { startWorker } = await import('../workers/worker.ts');
    // The longest wait of a start: without a message it would seem to hang.
    logger.info('Waiting for the first engine to load its models: 5 to 30 s, most on the first start on a machine.');
    // Before any work is taken: engines whose models cannot be loaded would fail every picture that waits.
    await engines.pool.ready;
    const worker = await startWorker(
      { ...shared, pool: database.pool, engines: engines.pool },
      { dataDirId: lock?.dataDirId ?? null, engineCount: engines.count, liveness },
    );
    teardown.add('worker', (graceMs) => worker.close(graceMs));
    keepEngineModules();
  }
  if (gateway) teardown.add('readiness', () => gateway.drain());
  return {
    url: gateway?.url ?? null,
    // Last, because the key is shown only once: if the start failed after this, no one would know it.
    firstApiKey: await bootstrap(),
    createSignInLink: async () => (gateway?.localDashboardUrl ? createSignInLink(db, gateway.localDashboardUrl) : null),
    failed: failed.promise,
    close: (graceMs = config.shutdownGraceSeconds * 1000) => teardown.run(graceMs),
  };
}

function startEngines(config: Config, logger: Logger, teardown: Teardown): { pool: EnginePool; count: number } {
  const plan = planEngines(countCpus(), config.engines, config.engineThreads);
  const pool = startEnginePool({
    modelsDir: config.modelsDir,
    variantsDir: variantsDirOf(config.dataDir),
    engines: plan.engines,
    threads: plan.threads,
    provider: config.engineProvider,
    maxImagePixels: config.maxImagePixels,
    queueLimit: engineQueueLimit,
    logger,
  });
  // Running work had its grace period when the worker closed.
  teardown.add('engines', () => pool.close(0));
  return { pool, count: plan.engines };
}

interface DatabaseParts {
  logger: Logger;
  teardown: Teardown;
  /** The embedded server does not keep running. */
  onLost(error: Error): void;
}

async function openDatabase(config: Config, role: Role, parts: DatabaseParts): Promise<Database> {
  const { logger, teardown } = parts;
  const database = createDatabase({
    url: await databaseUrl(config, role, parts),
    maxConnections: role === 'api' ? maxConnectionsBesideRequests : maxConnections,
    logger,
  });
  teardown.add('database connections', database.close);
  await waitForDatabase(database.pool, { logger });
  await migrate(database, { logger });
  await ensureEventPartitions(database.db, eventDaysAhead);
  return database;
}

async function databaseUrl(config: Config, role: Role, { logger, teardown, onLost }: DatabaseParts): Promise<string> {
  // Migrations, LISTEN and workers need sessions; requests do not, see openForRequests.
  if (config.databaseUrl) {
    const url = config.databaseDirectUrl ?? config.databaseUrl;
    logger.info(`Connecting to PostgreSQL at ${describeServer(url)}.`);
    return url;
  }
  if (role !== 'start')
    throw new Error(
      `Set DATABASE_URL: "sightline ${role}" shares a database with other processes. "sightline start" includes its own.`,
    );
  logger.info({ dataDir: config.dataDir }, 'Starting PostgreSQL.');
  const server = await startEmbeddedServer({ dataDir: config.dataDir, logger });
  teardown.add('embedded PostgreSQL', server.stop);
  server.supervise(onLost);
  return server.url;
}

/**
 * Separate connections for requests, because the time limit of their statements would end jobs and migrations. A transaction pooler
 * may keep the limit in its sessions with the server, which does no harm, because only requests use it.
 */
function openForRequests(config: Config, direct: Database, logger: Logger, teardown: Teardown): Database {
  const database = createDatabase({
    url: config.databaseUrl ?? direct.pool.options.connectionString!,
    maxConnections,
    statementTimeoutMs: requestStatementTimeoutMs,
    logger,
  });
  teardown.add('database connections of requests', database.close);
  return database;
}

/** A frozen server accepts statements but does not respond: requests that wait fail now, not when a proxy gives up. */
function cutAll(databases: readonly Database[]): void {
  for (const database of databases) database.cut();
}

interface HintsParts {
  logger: Logger;
  teardown: Teardown;
  /** Of a worker. Its lock is kept on the connection that listens, which needs a session anyway. */
  liveness: LivenessLock | null;
  /** The database no longer responds. */
  onSilence(): void;
}

async function openHints(database: Database, { logger, teardown, liveness, onSilence }: HintsParts) {
  const listenUrl = database.pool.options.connectionString!;
  const hints = createHints({ db: database.db, listenUrl, session: liveness ?? undefined, onSilence, logger });
  await hints.start();
  teardown.add('hints', () => hints.close());
  return hints;
}

async function openGateway(
  own: Omit<Resources, 'eventDb' | 'events' | 'library' | 'system' | 'urlSecret' | 'publicUrl'>,
  database: Database,
  engines: EnginePool | null,
  teardown: Teardown,
): Promise<Gateway> {
  // Not static imports: loading them takes half of the processor time of a start, and engines that have begun do not wait for it.
  const { schema } = await import('../schema/index.ts');
  const { startGateway } = await import('./gateway/server.ts');
  const shared = { ...own, db: database.db, eventDb: database.eventDb };
  const events = await createEvents(shared);
  teardown.add('event streams', () => events.close());
  const loopDelay = watchEventLoopDelay();
  teardown.add('event loop delay', loopDelay.stop);
  const gateway = await startGateway({
    ...shared,
    events,
    library: new LibraryMatrices(shared.db),
    schema,
    urlSecret: await getSecret(shared.db, 'url'),
    engines: engines ? () => engines.status() : null,
    gauges: [
      ...systemGauges({
        database,
        dataDir: shared.config.dataDir,
        hasOwnDatabase: shared.config.databaseUrl === null,
        engines: engines ? () => engines.status() : null,
      }),
      loopDelay.gauge,
    ],
  });
  teardown.add('gateway', (graceMs) => gateway.close(graceMs));
  return gateway;
}
