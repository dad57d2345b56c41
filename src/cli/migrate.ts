import { Command } from 'commander';
import { type Config, loadConfig } from '../config.ts';
import { lockDataDir } from '../database/data-dir-lock.ts';
import { startEmbeddedServer } from '../database/embedded-server.ts';
import { migrate } from '../database/migrator.ts';
import { createDatabase } from '../database/pool.ts';
import { waitForDatabase } from '../database/wait-for-database.ts';
import { createLogger, type Logger } from '../log.ts';
import { Teardown } from '../teardown.ts';
import { withSignalsHeld } from './stop-signals.ts';

/** `sightline migrate`: what every start does first, as a separate step before a roll-out. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'Migrate the database to this version. Every start does this too; run it separately before a roll-out.',
    )
    .action(() => {
      const config = loadConfig(process.env);
      const run = () => migrateDatabase(config);
      return config.databaseUrl === null ? withSignalsHeld(run) : run();
    });
}

async function migrateDatabase(config: Config): Promise<void> {
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const teardown = new Teardown(logger);
  try {
    const url = config.databaseDirectUrl ?? config.databaseUrl ?? (await startOwnServer(config, logger, teardown));
    const database = createDatabase({ url, maxConnections: 3, logger });
    teardown.add('database connections', database.close);
    await waitForDatabase(database.pool, { logger });
    const done = await migrate(database);
    process.stdout.write(done.length > 0 ? `migrated: ${done.join(', ')}\n` : 'nothing to migrate\n');
  } finally {
    await teardown.run();
  }
}

async function startOwnServer(config: Config, logger: Logger, teardown: Teardown): Promise<string> {
  const lock = await lockDataDir(config.dataDir);
  teardown.add('lock of the data directory', lock.release);
  const server = await startEmbeddedServer({ dataDir: config.dataDir, logger });
  teardown.add('embedded PostgreSQL', server.stop);
  return server.url;
}
