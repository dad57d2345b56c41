import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { type Check, inGigabytes, ok, problem, problemOf } from './finding.ts';

/** A new database takes 50 MB, its write-ahead log several times that, and then there are pictures. */
const leastBytes = 500_000_000;

/** Checks that DATA_DIR is writable and has free space. Creates it if absent, as a start does. */
export const checkDataDir: Check = async ({ dataDir }: Config) => {
  const unwritable = await problemOf('DATA_DIR', () => write(dataDir));
  if (unwritable)
    return [{ ...unwritable, text: `${unwritable.text}. Set DATA_DIR to a directory that you may write.` }];
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  if (free >= leastBytes) return [ok('DATA_DIR', `${dataDir} is writable; ${inGigabytes(free)} are free`)];
  return [
    problem(
      'DATA_DIR',
      `${dataDir} has ${inGigabytes(free)} left; at least ${inGigabytes(leastBytes)} are needed. Free some space, or set DATA_DIR to another disk.`,
    ),
  ];
};

async function write(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, `check-${process.pid}`);
  try {
    await writeFile(file, 'x', { flag: 'wx' });
  } finally {
    await rm(file, { force: true });
  }
}
