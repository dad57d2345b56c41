import path from 'node:path';
import type { Logger } from 'pino';
import { makeDataDir } from './data-dir.ts';
import { type Binaries, findBinaries } from './embedded/binaries.ts';
import { databaseName, ensureCluster, readClusterVersion, superuserUrl } from './embedded/cluster.ts';
import { clusterDir, findHome, type Home, openHome } from './embedded/home.ts';
import { findPostmaster, hasEnded, type Postmaster } from './embedded/postmaster.ts';
import { appUrl, ensureDatabase } from './embedded/roles.ts';
import { adoptablePort, startServer, stopServer } from './embedded/server-process.ts';
import { type Supervisor, supervise } from './embedded/supervisor.ts';
import { makeBinariesUsable } from './embedded/usable-binaries.ts';
import { acquireFileLock } from './file-lock.ts';

export interface EmbeddedServerOptions {
  /** Everything is below its `postgres` directory. Created if absent. */
  dataDir: string;
  /** Default true. false is for tests: fast, and a power cut may destroy the database. */
  durable?: boolean;
  logger?: Logger;
  /** Where the PostgreSQL programs are; default: the platform package that npm installed. */
  binaries?: Binaries;
}

export interface EmbeddedServer {
  /** Connects as the role that owns the database and is not a superuser. Contains its password: never log it. */
  url: string;
  /** Connects as the superuser, for backups, and for tests, which create other databases. */
  superuserUrl: string;
  /** What it keeps: the cluster and the passwords beside it. */
  home: string;
  clusterDirectory: string;
  /** Major version of its programs. */
  postgresVersion: string;
  /** Starts the server again whenever it exits, until `stop`. `onLost` is called when that does not help. */
  supervise(onLost: (error: Error) => void): void;
  /** Stops the server and releases its lock; open sessions are ended. May be called more than once. */
  stop(): Promise<void>;
  /** The server was already running: the process that had started it ended without stopping it. */
  adopted: boolean;
}

/**
 * Starts PostgreSQL on `<dataDir>/postgres`, creating it first if there is none (0.7 s, then 0.2 s per start). The server has its
 * own process session, so Ctrl-C and the death of this process leave it running; the next start adopts it, or restarts it if it
 * runs with other programs or settings.
 *
 * @throws an Error with a sentence for the operator: DATA_DIR in use by another process, no programs for this platform, a directory
 *   that the server's user cannot enter, a server that does not start.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { dataDir, durable = true, logger } = options;
  const installed = options.binaries ?? findBinaries();
  await makeDataDir(dataDir);
  const lock = await acquireFileLock(path.join(dataDir, 'postgres.lock'), `The database in ${path.resolve(dataDir)}`);
  try {
    const home = await openHome(dataDir, logger);
    const binaries = await makeBinariesUsable(installed, home, logger);
    await ensureCluster(binaries, home, durable);
    const { port, adopted } = await adoptOrStart(binaries, home, durable, logger);
    await ensureDatabase(home, port);
    const running = { binaries, home, durable, port, logger };
    return { ...(await placeOf(home, port)), adopted, ...operate(running, lock.release) };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The URL of the embedded server that another process is running on a DATA_DIR, null if none is. For commands that are used while a
 * `start` is running (`keys create`), and must neither fail nor stop anything.
 */
export async function findEmbeddedServer(dataDir: string): Promise<ServerPlace | null> {
  const home = await findHome(dataDir);
  const postmaster = home && (await findPostmaster(home));
  return postmaster ? placeOf(home, postmaster.port) : null;
}

/** Where a running server is, and how to connect. */
export type ServerPlace = Pick<
  EmbeddedServer,
  'url' | 'superuserUrl' | 'home' | 'clusterDirectory' | 'postgresVersion'
>;

async function placeOf(home: Home, port: number): Promise<ServerPlace> {
  const superuser = await superuserUrl(home, port, databaseName);
  return {
    url: (await appUrl(home, port)) ?? superuser,
    superuserUrl: superuser,
    home: home.directory,
    clusterDirectory: clusterDir(home),
    postgresVersion: (await readClusterVersion(home))!,
  };
}

async function adoptOrStart(
  binaries: Binaries,
  home: Home,
  durable: boolean,
  logger?: Logger,
): Promise<{ port: number; adopted: boolean }> {
  const running = await adoptablePort(binaries, home, durable);
  if (running !== null) {
    logger?.info({ port: running }, 'Adopted the embedded PostgreSQL that an earlier process left running.');
    return { port: running, adopted: true };
  }
  await stopServer(binaries, home);
  const port = await startServer(binaries, home, durable);
  logger?.debug({ port }, 'Started the embedded PostgreSQL.');
  return { port, adopted: false };
}

interface RunningServer {
  binaries: Binaries;
  home: Home;
  durable: boolean;
  port: number;
  logger: Logger | undefined;
}

function operate(server: RunningServer, releaseLock: () => Promise<void>): Pick<EmbeddedServer, 'supervise' | 'stop'> {
  const { binaries, home } = server;
  let supervisor: Supervisor | undefined;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await supervisor?.stop();
    await stopServer(binaries, home);
  };
  return {
    supervise(onLost) {
      supervisor ??= superviseServer(server, onLost);
    },
    stop() {
      stopping ??= stop().finally(releaseLock);
      return stopping;
    },
  };
}

function superviseServer({ binaries, home, durable, port, logger }: RunningServer, onLost: (error: Error) => void) {
  let postmaster: Postmaster | null = null;
  return supervise(
    {
      async isGone() {
        postmaster ??= await findPostmaster(home);
        return postmaster === null || hasEnded(home, postmaster);
      },
      async restart() {
        // Someone may have started it with pg_ctl in the meantime.
        postmaster = await findPostmaster(home);
        // The pools of this process use its port.
        if (postmaster === null) await startServer(binaries, home, durable, port);
      },
    },
    {
      logger,
      onLost: (error) =>
        onLost(
          new Error(
            `The embedded PostgreSQL in ${home.directory} has ended and does not keep running: ${error.message} ` +
              'See server.log there, remove the cause (a full disk, for example), and start again.',
            { cause: error },
          ),
        ),
    },
  );
}
