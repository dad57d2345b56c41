import type { Kysely } from 'kysely';
import type { Config } from '../config.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../database/embedded-server.ts';
import { migrate, pendingMigrations } from '../database/migrator.ts';
import { createDatabase } from '../database/pool.ts';
import type { DB } from '../database/types.generated.ts';
import { waitForDatabase } from '../database/wait-for-database.ts';
import type { Logger } from '../log.ts';
import type { Teardown } from '../teardown.ts';

/**
 * The database of this configuration, for a short command: DATABASE_URL, the embedded server of a running `start` on DATA_DIR, or
 * that server, started for the duration of the command.
 * @throws with a sentence if it cannot be reached, or is not migrated and is not ours to migrate
 */
export async function openDatabaseForCommand(config: Config, logger: Logger, teardown: Teardown): Promise<Kysely<DB>> {
  const running = config.databaseUrl ?? (await findEmbeddedServer(config.dataDir))?.url;
  const url = running ?? (await startOwn(config, logger, teardown));
  const database = createDatabase({ url, maxConnections: 2, logger });
  teardown.add('database connections', database.close);
  await waitForDatabase(database.pool, { logger });
  if (running === undefined) await migrate(database);
  const pending = await pendingMigrations(database);
  if (pending.length > 0) throw new Error(`The database lacks ${pending.join(', ')}. Run "sightline migrate" first.`);
  return database.db;
}

async function startOwn(config: Config, logger: Logger, teardown: Teardown): Promise<string> {
  const server = await startEmbeddedServer({ dataDir: config.dataDir, logger });
  teardown.add('embedded PostgreSQL', server.stop);
  return server.url;
}
