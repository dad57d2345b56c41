import { type Kysely, sql } from 'kysely';
import { pendingMigrations } from '../../database/migrator.ts';
import type { Database } from '../../database/pool.ts';
import type { DB } from '../../database/types.generated.ts';
import { type EngineState, isRunning } from '../../shared/engine-state.ts';
import type { ReadinessCheck } from './health.ts';

export interface CheckParts {
  db: Kysely<DB>;
  engines: (() => readonly { state: EngineState }[]) | null;
  draining: { begun: boolean };
}

/** What a gateway needs in order to serve. */
export function gatewayChecks({ db, engines, draining }: CheckParts): ReadinessCheck[] {
  const checks: ReadinessCheck[] = [
    { name: 'shutdown', check: async () => assert(!draining.begun, 'This process is about to stop.') },
    // Changes nothing, but checks that it could: a read-only server is of no use.
    {
      name: 'database',
      check: async () => void (await sql`update event_log set epoch = epoch where false`.execute(db)),
    },
    { name: 'migrations', check: migrationCheck(db) },
  ];
  if (engines)
    checks.push({
      name: 'engines',
      check: async () =>
        assert(
          engines().some(({ state }) => isRunning(state)),
          'No engine is ready.',
        ),
    });
  return checks;
}

/** Migrations cannot be undone: after the first success the database is not queried again. */
function migrationCheck(db: Kysely<DB>): () => Promise<void> {
  let applied = false;
  return async () => {
    if (applied) return;
    const pending = await pendingMigrations({ db } as Database);
    assert(pending.length === 0, `The database lacks ${pending.join(', ')}. Run "sightline migrate".`);
    applied = true;
  };
}

function assert(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
