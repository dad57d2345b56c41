import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Scope } from '../../src/context.ts';
import { newId } from '../../src/ids.ts';
import { createLogger } from '../../src/log.ts';
import { newSecret } from '../../src/organizations/key-secret.ts';
import { storeKey } from '../../src/organizations/keys.service.ts';
import { insertOrganization } from '../../src/organizations/organizations.repository.ts';
import { type Role, startSightline } from '../../src/server.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

export interface TestSightline {
  url: string;
  /** Of the default organisation, with scope ADMIN. */
  apiKey: string;
  database: TestDatabase;
  dataDir: string;
  /** Another organisation with a key of its own. */
  createTenant(options?: { plan?: string; scopes?: Scope[] }): Promise<{ organizationId: string; apiKey: string }>;
  /** Stops it, and removes its database and its data. A connection left open fails it. */
  close(): Promise<void>;
}

/**
 * The real thing on a free port: HTTP, WebSocket, a database of its own, and with role `start` engines with real models.
 * `api` starts in a fraction of the time; what is submitted to it stays QUEUED.
 */
export async function startTestSightline(
  options: { role?: Exclude<Role, 'worker'>; env?: Record<string, string> } = {},
): Promise<TestSightline> {
  const { role = 'api', env = {} } = options;
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  const apiKey = newSecret();
  const config = loadConfig({
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    MODELS_DIR: inject('pinnedModels'),
    PORT: '0',
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal',
    ...env,
  });
  const logger = createLogger({ level: config.logLevel, format: 'json' });
  const sightline = await startSightline(config, role, logger);
  return {
    url: sightline.url!,
    apiKey,
    database,
    dataDir,
    async createTenant({ plan = 'UNLIMITED', scopes = ['WRITE' as const] } = {}) {
      const organizationId = newId();
      const secret = newSecret();
      await insertOrganization(database.db, { id: organizationId, name: 'Other', plan });
      await storeKey(database.db, organizationId, { name: 'Test', scopes, expiresAt: null }, secret);
      return { organizationId, apiKey: secret };
    },
    async close() {
      await sightline.close(5_000);
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
