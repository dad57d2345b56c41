import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import { type Check, inGigabytes, ok, problem, problemOf } from './finding.ts';

/** A new database takes 50 MB and its log as much again and again; then pictures come. */
const leastBytes = 500_000_000;

/** DATA_DIR can be written, and there is room. Makes it when it is not there, as a start does. */
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
