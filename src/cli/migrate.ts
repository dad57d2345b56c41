import { Command } from 'commander';
import { type Config, loadConfig } from '../config.ts';
import { listBackfills } from '../database/backfills.repository.ts';
import { lockDataDir } from '../database/data-dir-lock.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../database/embedded-server.ts';
import { planMigrations } from '../database/migration-plan.ts';
import { migrate } from '../database/migrator.ts';
import { createDatabase, type Database } from '../database/pool.ts';
import { waitForDatabase } from '../database/wait-for-database.ts';
import { createLogger, type Logger } from '../log.ts';
import { Teardown } from '../teardown.ts';
import { describePlan } from './migration-plan.ts';
import { withSignalsHeld } from './stop-signals.ts';

/** `sightline migrate`: what every start does first, as a separate step before a roll-out. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Migrate the database to this version. Every start does this too; run it separately before a roll-out.',
    )
    .option('--plan', 'print what would run, which tables it locks and how many rows they have, and change nothing')
    .action(({ plan = false }: { plan?: boolean }) => {
      const config = loadConfig(process.env);
      const run = () =>
        plan ? onDatabase(config, findOrStart, printPlan) : onDatabase(config, startOwn, runMigrations);
      return config.databaseUrl === null ? withSignalsHeld(run) : run();
    });
}

async function runMigrations(database: Database, logger: Logger): Promise<void> {
  const done = await migrate(database, { logger });
  process.stdout.write(done.length > 0 ? `migrated: ${done.join(', ')}\n` : 'nothing to migrate\n');
}

async function printPlan(database: Database): Promise<void> {
  process.stdout.write(describePlan(await planMigrations(database), await listBackfills(database.db)));
}

type Starter = (config: Config, logger: Logger, teardown: Teardown) => Promise<string>;

/** @param embedded finds or starts the embedded server where there is no other */
async function onDatabase(
  config: Config,
  embedded: Starter,
  work: (database: Database, logger: Logger) => Promise<void>,
): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const teardown = new Teardown(logger);
  try {
    const url = config.databaseDirectUrl ?? config.databaseUrl ?? (await embedded(config, logger, teardown));
    const database = createDatabase({ url, maxConnections: 3, logger });
    teardown.add('database connections', database.close);
    await waitForDatabase(database.pool, { logger });
    await work(database, logger);
  } finally {
    await teardown.run();
  }
}

/** A plan is also for a server that another process uses. */
async function findOrStart(config: Config, logger: Logger, teardown: Teardown): Promise<string> {
  return (await findEmbeddedServer(config.dataDir))?.url ?? startOwn(config, logger, teardown);
}

async function startOwn(config: Config, logger: Logger, teardown: Teardown): Promise<string> {
  const lock = await lockDataDir(config.dataDir);
  teardown.add('lock of the data directory', lock.release);
  const server = await startEmbeddedServer({ dataDir: config.dataDir, logger });
  teardown.add('embedded PostgreSQL', server.stop);
  return server.url;
}
