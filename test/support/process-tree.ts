import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What the kernel says of the processes of this machine (Linux: /proc). */
interface Process {
  pid: number;
  state: string;
  groupId: number;
}

/** The processes of a group that run. A zombie has ended; where nobody reaps orphans it just stays in the list. */
export async function listGroup(groupId: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(names.map((name) => readProcess(Number(name))));
  return found
    .filter((process) => process !== null)
    .filter((process) => process.groupId === groupId && process.state !== 'Z')
    .map(({ pid }) => pid);
}

/** For ends that were ordered by a signal: they have no event that we could hear, since these are not our children. */
export async function waitUntilGroupGone(groupId: number): Promise<void> {
  while ((await listGroup(groupId)).length > 0) await delay(20);
}

export async function waitUntilGone(pid: number): Promise<void> {
  for (;;) {
    const found = await readProcess(pid);
    if (found === null || found.state === 'Z') return;
    await delay(20);
  }
}

async function readProcess(pid: number): Promise<Process | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // "pid (name) state parent group …"; the name may hold spaces and brackets.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields ? { pid, state: fields[0]!, groupId: Number(fields[2]) } : null;
}
