import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { startEmbeddedServer } from '../../src/database/embedded-server.ts';
import type { Server } from '../slow/support/batch.ts';
import { withClient } from '../support/postgres-client.ts';
import { createInstallation, type Installation, type SightlineProcess } from '../support/process.ts';
import { listProcessesIn } from '../support/process-tree.ts';

export type Kind = 'api' | 'worker';

/**
 * Two apis and two workers with an engine each, on a PostgreSQL of their own that is started again when it ends, as `start`
 * does with its own.
 */
export class ChaosInstallation {
  readonly databaseUrl: string;
  readonly apis: SightlineProcess[] = [];
  readonly workers: SightlineProcess[] = [];
  readonly #installation: Installation;
  readonly #cluster: string;

  private constructor(installation: Installation, databaseUrl: string, cluster: string) {
    this.#installation = installation;
    this.databaseUrl = databaseUrl;
    this.#cluster = cluster;
  }

  /** Call it inside a test. */
  static async start(): Promise<ChaosInstallation> {
    const dataDir = await realpath(await mkdtemp(path.join(tmpdir(), 'sightline-chaos-')));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' });
    const database = await startEmbeddedServer({ dataDir, logger });
    onTestFinished(database.stop);
    // The rounds wait for the database, and say what they waited for.
    database.supervise((error) => process.stderr.write(`${error.message}\n`));
    const installation = await createInstallation({ DATABASE_URL: database.url, ENGINES: '1' });
    const cluster = path.join(dataDir, 'postgres', 'cluster');
    const chaos = new ChaosInstallation(installation, database.url, cluster);
    // One after the other: the first one makes the key and the tables.
    for (const kind of ['api', 'api', 'worker', 'worker'] as const) await chaos.startOne(kind);
    return chaos;
  }

  get apiKey(): string {
    return this.#installation.apiKey;
  }

  get servers(): Server[] {
    return this.apis.map(({ url }) => ({ url, apiKey: this.apiKey }));
  }

  members(kind: Kind): SightlineProcess[] {
    return kind === 'api' ? this.apis : this.workers;
  }

  async startOne(kind: Kind): Promise<void> {
    this.members(kind).push(await this.#installation.start(kind));
  }

  /** Waits for the end of what was killed, and starts another in its place, as an orchestrator does. */
  async replace(kind: Kind, victim: SightlineProcess): Promise<void> {
    const members = this.members(kind);
    members.splice(members.indexOf(victim), 1);
    await victim.ended;
    await this.startOne(kind);
  }

  async postmasterPid(): Promise<number> {
    return Number((await readFile(path.join(this.#cluster, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }

  /** The postmaster with its backends and helpers. */
  async databasePids(): Promise<number[]> {
    return listProcessesIn(this.#cluster);
  }

  /** Of connections of the apis and workers. */
  backendPids(): Promise<number[]> {
    return withClient(this.databaseUrl, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `select pid from pg_stat_activity where application_name in ('sightline', 'sightline-listen') order by pid`,
      );
      return rows.map(({ pid }) => pid);
    });
  }

  async query<T extends object>(text: string): Promise<T[]> {
    return withClient(this.databaseUrl, async (client) => (await client.query<T>(text)).rows);
  }
}
