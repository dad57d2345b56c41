import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { findHome } from '../../database/embedded/home.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../../database/embedded-server.ts';
import { pendingMigrations } from '../../database/migrator.ts';
import { createDatabase, type Database } from '../../database/pool.ts';
import { type DatabaseTraits, findUnpinned, findWeakness } from '../../database/suitability.ts';
import { describeServer, waitForDatabase } from '../../database/wait-for-database.ts';
import { createLogger } from '../../log.ts';
import { Teardown } from '../../teardown.ts';
import { withSignalsHeld } from '../stop-signals.ts';
import { type Check, type Finding, ok, problem, problemOf } from './finding.ts';

const patienceMs = 3_000;

/** Checks that the database responds, is new enough, and is migrated to this version or can be. */
export const checkDatabase: Check = async (config) => {
  if (config.databaseUrl === null) return checkEmbedded(config);
  const direct = config.databaseDirectUrl ?? config.databaseUrl;
  const findings = [await checkServer('database', direct)];
  if (config.databaseUrl !== direct) findings.push(await checkAnswers('DATABASE_URL', config.databaseUrl));
  return findings;
};

/** The embedded PostgreSQL: that of DATA_DIR if it exists, otherwise a new one, which is removed afterwards. */
async function checkEmbedded({ dataDir }: Config): Promise<Finding[]> {
  const teardown = new Teardown(createLogger({ level: 'silent', format: 'json' }));
  const findings: Finding[] = [];
  const fault = await withSignalsHeld(async () => {
    const trouble = await problemOf('database', async () => {
      const url = (await findEmbeddedServer(dataDir))?.url ?? (await startOwn(dataDir, teardown));
      const { isOk, text } = await checkServer('database', url);
      findings.push({ isOk, about: 'database', text: `embedded PostgreSQL, ${text}` });
    });
    await teardown.run();
    return trouble;
  });
  return fault ? [fault] : findings;
}

async function startOwn(dataDir: string, teardown: Teardown): Promise<string> {
  if ((await findHome(dataDir)) !== null) return start(dataDir, teardown);
  const trial = await mkdtemp(join(dataDir, 'check-'));
  teardown.add('trial directory', () => rm(trial, { recursive: true, force: true }));
  teardown.add('trial database', async () => {
    // Below /root it is created elsewhere.
    const home = await findHome(trial);
    if (home) await rm(home.directory, { recursive: true, force: true });
  });
  return start(trial, teardown);
}

async function start(dataDir: string, teardown: Teardown): Promise<string> {
  const server = await startEmbeddedServer({ dataDir });
  teardown.add('embedded PostgreSQL', server.stop);
  return server.url;
}

async function checkServer(about: string, url: string): Promise<Finding> {
  return withDatabase(about, url, async (database, traits) => {
    const weakness = findWeakness(traits);
    const server = weakness ? `${describeServer(url)} (${weakness})` : describeServer(url);
    const pending = await pendingMigrations(database);
    if (pending.length === 0) return ok(about, `${server}: up to date`);
    const { rows } = await database.pool.query<{ allowed: boolean }>(
      `select has_database_privilege(current_database(), 'create')
         and has_schema_privilege(current_schema(), 'create') as allowed`,
    );
    if (rows[0]!.allowed) return ok(about, `${server}: the next start will apply ${pending.length} migrations`);
    return problem(
      about,
      `${describeServer(url)} lacks ${pending.length} migrations, and this user may not create tables and schemas. Grant the user that right, or run "sightline migrate" as a user who has it.`,
    );
  });
}

/** A pooler: the database behind it has been checked, but not the sessions that it opens. */
function checkAnswers(about: string, url: string): Promise<Finding> {
  return withDatabase(about, url, async (_database, traits) => {
    const fault = findUnpinned(traits);
    return fault ? problem(about, `${describeServer(url)}: ${fault}`) : ok(about, `${describeServer(url)} answers`);
  });
}

async function withDatabase(
  about: string,
  url: string,
  look: (database: Database, traits: DatabaseTraits) => Promise<Finding>,
): Promise<Finding> {
  const database = createDatabase({ url, maxConnections: 1 });
  try {
    const traits = await waitForDatabase(database.pool, { timeoutMs: patienceMs });
    return await look(database, traits);
  } catch (error) {
    return problem(about, error instanceof Error ? error.message : String(error));
  } finally {
    await database.close();
  }
}
