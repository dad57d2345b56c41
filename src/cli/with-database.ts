import type { Kysely } from 'kysely';
import { loadConfig } from '../config.ts';
import type { DB } from '../database/types.generated.ts';
import { createLogger } from '../log.ts';
import { Teardown } from '../teardown.ts';
import { openDatabaseForCommand } from './open-database.ts';
import { withSignalsHeld } from './stop-signals.ts';

/** Runs a command on the database of this configuration, whether or not a `start` is running, and closes everything afterwards. */
export async function withDatabase(work: (db: Kysely<DB>) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({
    level: config.logLevel === 'info' ? 'warn' : config.logLevel,
    format: config.logFormat,
  });
  const run = async () => {
    const teardown = new Teardown(logger);
    try {
      await work(await openDatabaseForCommand(config, logger, teardown));
    } finally {
      await teardown.run();
    }
  };
  // An external database may keep a command waiting for a long time, and is not ours to stop.
  await (config.databaseUrl === null ? withSignalsHeld(run) : run());
}
