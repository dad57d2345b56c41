import { sql } from 'kysely';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../../../src/database/pool.ts';
import { createTestDatabase } from '../../support/database.ts';

/** What somebody may have set for a database or role, and what reads or writes here must not notice. */
const defaults = {
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Pacific/Auckland',
  default_transaction_isolation: 'serializable',
  idle_session_timeout: '1s',
  lock_timeout: '1ms',
};

test('defaults of the database do not reach a session: dates, isolation and limits are ours', async () => {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(defaults))
    await database.pool.query(
      `alter database ${pg.escapeIdentifier(name)} set ${setting} = ${pg.escapeLiteral(value)}`,
    );
  const fresh = createDatabase({ url: database.url, maxConnections: 1 });
  onTestFinished(fresh.close);
  const { rows } = await sql<{ moment: Date; isolation: string; day: string; patience: string }>`
    select timestamptz '2031-02-13T04:05:06Z' as moment, current_setting('transaction_isolation') as isolation,
      (timestamptz '2031-02-13T23:30:00Z')::date::text as day, current_setting('lock_timeout') as patience`.execute(
    fresh.db,
  );
  expect(rows).toEqual([
    { moment: new Date('2031-02-13T04:05:06Z'), isolation: 'read committed', day: '2031-02-13', patience: '0' },
  ]);
  // Otherwise the pool would lose a connection, and the log gain an error, each time nobody asked for a second.
  const { rows: timeouts } = await sql`select current_setting('idle_session_timeout') as idle`.execute(fresh.db);
  expect(timeouts).toEqual([{ idle: '0' }]);
});
