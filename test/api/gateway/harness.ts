import { createSecretKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { loadConfig } from '../../../src/config.ts';
import type { Scope } from '../../../src/context.ts';
import { createEvents } from '../../../src/events/events.ts';
import { createHints } from '../../../src/events/hints.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../src/gateway/server.ts';
import { LibraryMatrices } from '../../../src/library/matrices.ts';
import { bootstrapOrganization } from '../../../src/organizations/bootstrap.ts';
import { createKey } from '../../../src/organizations/keys.service.ts';
import { findDefaultOrganization } from '../../../src/organizations/organizations.repository.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type TinySchema, tinySchema } from './tiny-schema.ts';

interface KeyOptions {
  scopes?: Scope[];
  expiresAt?: Date | null;
}

export interface TestGateway extends Gateway {
  database: TestDatabase;
  organizationId: string;
  apiKey: string;
  options: GatewayOptions;
  tiny: TinySchema;
  /** What was logged, as objects. */
  logged: Record<string, unknown>[];
  createKey(options?: KeyOptions): Promise<{ id: string; secret: string }>;
  stop(): Promise<void>;
}

/** The gateway on a free port with a database of its own and a schema that is only there to be reached. */
export async function startTestGateway(
  overrides: { env?: Record<string, string>; schema?: GraphQLSchema } & Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const { env, ...given } = overrides;
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-gateway-'));
  const logged: Record<string, unknown>[] = [];
  const logger = pino({ level: 'debug' }, collector(logged));
  const config = loadConfig({ PORT: '0', DATA_DIR: dataDir, ...env });
  const hints = createHints({ db: database.db, listenUrl: database.url, logger });
  const apiKey = (await bootstrapOrganization(database.db, null))!;
  const { id: organizationId } = (await findDefaultOrganization(database.db))!;
  const tiny = tinySchema();
  const options: GatewayOptions = {
    config,
    logger,
    db: database.db,
    eventDb: database.eventDb,
    blobs: await openDirectoryStore(join(dataDir, 'blobs')),
    hints,
    events: await createEvents({ db: database.db, hints, logger }),
    pipelines: [],
    library: new LibraryMatrices(database.db),
    urlSecret: createSecretKey(Buffer.from('a secret for links')),
    schema: tiny.schema,
    engines: null,
    ...given,
  };
  const gateway = await startGateway(options);
  return {
    ...gateway,
    database,
    organizationId,
    apiKey,
    options,
    tiny,
    logged,
    async createKey({ scopes = ['WRITE'], expiresAt = null }: KeyOptions = {}) {
      const { key, secret } = await createKey(database.db, organizationId, { name: 'Test', scopes, expiresAt });
      return { id: key.id, secret };
    },
    async stop() {
      await gateway.close(1_000);
      options.events.close();
      await hints.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function collector(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
}
