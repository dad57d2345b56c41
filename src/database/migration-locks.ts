/** Locks of tables that other statements may wait for, the weakest first. */
export const lockModes = [
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type LockMode = (typeof lockModes)[number];

/** What one statement of a migration does with a table that was there before. */
export interface StatementLock {
  table: string;
  mode: LockMode;
  /** All rows are read, so the statement takes the longer the more there are. */
  reads: boolean;
  /** All rows are written anew. */
  rewrites: boolean;
}

/** What of the work of other processes waits until the transaction of the statement ends. */
export function whatWaits(mode: LockMode): 'nothing' | 'writes' | 'reads and writes' {
  if (mode === 'AccessExclusiveLock') return 'reads and writes';
  return lockModes.indexOf(mode) >= lockModes.indexOf('ShareLock') ? 'writes' : 'nothing';
}

/** Whether other work waits for as long as it takes to read or write all rows. */
export function blocksForLong({ mode, reads, rewrites }: StatementLock): boolean {
  return (reads || rewrites) && whatWaits(mode) !== 'nothing';
}
