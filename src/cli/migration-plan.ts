import type { Backfill } from '../database/backfills.repository.ts';
import { blocksForLong, type LockMode, whatWaits } from '../database/migration-locks.ts';
import type { PlannedLock, PlannedMigration } from '../database/migration-plan.ts';
import { inGigabytes } from './check/finding.ts';

/** A statement is recognised by less; all of it is in the file. */
const longestStatement = 160;

/** What `sightline migrate --plan` prints. */
export function describePlan(plan: readonly PlannedMigration[], backfills: readonly Backfill[]): string {
  const lines = [
    summary(plan),
    ...plan.flatMap(describeMigration),
    ...describeBackfills(backfills),
    '',
    'Nothing was changed.',
  ];
  return `${lines.join('\n')}\n`;
}

function summary(plan: readonly PlannedMigration[]): string {
  if (plan.length === 0) return 'There is nothing to migrate.';
  const online = plan.filter(({ isOnline }) => isOnline).length;
  const counts = `${plan.length - online} migrations would run, each in a transaction, and then ${online} online parts, statement by statement.`;
  const slow = plan.flatMap(({ name, statements }) =>
    statements.flatMap(({ locks }) => (locks ?? []).filter(blocksForLong).map(({ table }) => `${table} (${name})`)),
  );
  if (slow.length === 0) return `${counts}\nOther processes go on meanwhile: nothing waits for longer than a moment.`;
  return `${counts}\nOther processes wait while rows are read or rewritten of: ${[...new Set(slow)].join(', ')}.`;
}

function describeMigration({ name, phase, isOnline, statements }: PlannedMigration): string[] {
  const what = phase === 'CONTRACT' ? 'contract: stop all processes of older versions first' : 'expand';
  return [
    '',
    `${name} (${isOnline ? 'online' : what})`,
    ...statements.flatMap(({ text, locks }) => [`  ${shorten(text)}`, ...describeLocks(locks)]),
  ];
}

function describeBackfills(backfills: readonly Backfill[]): string[] {
  if (backfills.length === 0) return [];
  return [
    '',
    'Afterwards workers bring older rows up to date, some hundreds at a time, while everything goes on. They resume where they were stopped. Left are:',
    ...backfills.map(
      ({ name, of, left, beginsAt }) =>
        `  ${name}: about ${left.toLocaleString('en')} ${of}${beginsAt ? `, not before ${beginsAt.toISOString()}` : ''}`,
    ),
  ];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > longestStatement ? `${line.slice(0, longestStatement - 1)}…` : line;
}

function describeLocks(locks: readonly PlannedLock[] | null): string[] {
  if (locks === null) return ['      locks: not measured'];
  return locks.map(
    (lock) =>
      `      ${lock.table}, about ${lock.rows.toLocaleString('en')} rows, ${inGigabytes(lock.bytes)}: ${modeName(lock.mode)}, ${describeWait(lock)}`,
  );
}

function describeWait(lock: PlannedLock): string {
  const waits = whatWaits(lock.mode);
  const work = lock.rewrites ? 'all rows are rewritten' : lock.reads ? 'all rows are read' : null;
  if (waits === 'nothing') return work === null ? 'nothing waits' : `${work}, nothing waits`;
  const verb = waits === 'writes' ? 'writes wait' : 'reads and writes wait';
  return work === null ? `${verb} for a moment` : `${verb} while ${work}`;
}

/** As PostgreSQL's documentation calls it: ShareUpdateExclusiveLock is SHARE UPDATE EXCLUSIVE. */
function modeName(mode: LockMode): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/\B[A-Z]/g, ' $&')
    .toUpperCase();
}
