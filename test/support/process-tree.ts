import { readdir, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Processes by their working directory (Linux: /proc). Children keep that of their parent, also when the parent is gone and
 * whatever group or session they are in. A zombie, which where nobody reaps orphans stays in the list for ever, has none.
 */
export async function listProcessesIn(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => worksIn(pid, directory)));
  return pids.filter((_, index) => found[index]);
}

export async function worksIn(pid: number, directory: string): Promise<boolean> {
  return readlink(`/proc/${pid}/cwd`).then(
    (found) => found === directory,
    () => false,
  );
}

/** For ends that were ordered by a signal: they have no event that we could hear, since these are not our children. */
export async function waitUntilNoneIn(directory: string): Promise<void> {
  while ((await listProcessesIn(directory)).length > 0) await delay(20);
}
