import { schema } from '../../schema/index.ts';
import { loadConfig } from '../../src/config.ts';
import { createDatabase, type Database } from '../../src/database/pool.ts';
import { createEvents } from '../../src/events/events.ts';
import { createHints, type Hints } from '../../src/events/hints.ts';
import { startGateway } from '../../src/gateway/server.ts';
import { LibraryMatrices } from '../../src/library/matrices.ts';
import { createLogger, type Logger } from '../../src/log.ts';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { getSecret } from '../../src/secrets.repository.ts';
import { openDirectoryStore } from '../../src/storage/directory-store.ts';

/** The parts of a sightline process that changes go through, without engines. */
export interface PushParts extends Database {
  hints: Hints;
  logger: Logger;
  close(): Promise<void>;
}

export async function openPushParts(databaseUrl: string): Promise<PushParts> {
  const logger = createLogger({ level: 'warn', format: 'json' });
  const database = createDatabase({ url: databaseUrl, maxConnections: 20, logger });
  const hints = createHints({ db: database.db, listenUrl: databaseUrl, logger });
  await hints.start();
  return {
    ...database,
    hints,
    logger,
    async close() {
      await hints.close();
      await database.close();
    },
  };
}

/** The gateway as `start` and `api` put it together. */
export async function openPushGateway(
  { db, eventDb, hints, logger }: PushParts,
  dataDir: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const config = loadConfig({ PORT: '0', DATA_DIR: dataDir });
  const events = await createEvents({ db, hints, logger });
  const gateway = await startGateway({
    config,
    logger,
    db,
    eventDb,
    hints,
    events,
    schema,
    blobs: await openDirectoryStore(`${dataDir}/blobs`),
    pipelines: await loadPipelines(config.modelsDir),
    library: new LibraryMatrices(db),
    urlSecret: await getSecret(db, 'url'),
    engines: null,
  });
  return {
    url: gateway.url,
    async close() {
      events.close();
      await gateway.close(0);
    },
  };
}
