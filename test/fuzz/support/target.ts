import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { newId } from '../../../src/ids.ts';
import { newSecret } from '../../../src/organizations/key-secret.ts';
import { storeKey } from '../../../src/organizations/keys.service.ts';
import { insertOrganization } from '../../../src/organizations/organizations.repository.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createInstallation, type SightlineProcess } from '../../support/process.ts';

/** A gateway in a process of its own, with engines, watched while input is thrown at it. */
export interface Target {
  url: string;
  database: TestDatabase;
  /** A new key with all scopes. */
  createKey(organizationId: string): Promise<string>;
  /** An organisation whose plan limits nothing, so that no input is turned away before it is looked at. */
  createOrganization(name: string): Promise<string>;
  /** What went wrong so far: an end of the process, a silence of its loop, errors in its log. Empty: nothing. */
  troubles(): string[];
}

/** Longer without an answer is a hang. */
export const hangLimitMs = 30_000;

/** Call it inside a test; it ends with the test. */
export async function startTarget(env: Record<string, string> = {}): Promise<Target> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  await database.db.updateTable('plan').set({ request_cost_per_minute: 2_000_000_000 }).execute();
  const installation = await createInstallation({
    DATABASE_URL: database.url,
    LOG_LEVEL: 'info',
    ENGINES: '1',
    ENGINE_THREADS: '2',
    ...env,
  });
  const process = await installation.start();
  const silence = watchLoop(process.url);
  let ended: string | null = null;
  void process.ended.then(({ exitCode, signal }) => {
    ended = `The gateway ended with ${signal ?? exitCode}.`;
  });
  return {
    url: process.url,
    database,
    async createKey(organizationId) {
      const secret = newSecret();
      await storeKey(database.db, organizationId, { name: 'Fuzz', scopes: ['ADMIN'], expiresAt: null }, secret);
      return secret;
    },
    async createOrganization(name) {
      const id = newId();
      await insertOrganization(database.db, { id, name, plan: 'UNLIMITED' });
      return id;
    },
    troubles: () => [...(ended ? [ended] : []), ...silence(), ...errorsOf(process)],
  };
}

/** pino's `error` and above. */
const errorLevel = 50;

function errorsOf(process: SightlineProcess): string[] {
  return process
    .lines()
    .filter(({ level, msg }) => Number(level) >= errorLevel || /^\s+at |Error:/.test(msg))
    .map((line) => `In the log: ${JSON.stringify(line)}`);
}

/** Asks for /livez again and again: it answers only while the loop turns. */
function watchLoop(url: string): () => string[] {
  const found: string[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  void (async () => {
    while (!stop.signal.aborted) {
      const timeout = AbortSignal.timeout(hangLimitMs);
      await fetch(`${url}/livez`, { signal: AbortSignal.any([stop.signal, timeout]) })
        .then((response) => response.arrayBuffer())
        .catch((error: Error) => {
          if (!stop.signal.aborted) found.push(`/livez: ${error.message}`);
        });
      await delay(250, undefined, { signal: stop.signal }).catch(() => {});
    }
  })();
  return () => found;
}
