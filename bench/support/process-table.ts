import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessRow {
  pid: number;
  parentPid: number;
  /** Resident memory, in bytes. */
  rssBytes: number;
  command: string;
}

/** What `ps` knows of a process; it asks the operating system, not the process about itself. */
export function findProcess(pid: number): ProcessRow {
  const row = readProcesses().find((process) => process.pid === pid);
  if (!row) throw new Error(`There is no process ${pid} any more.`);
  return row;
}

/** The engines of a worker, in the order of their ids. */
export function findEngines(workerPid: number): ProcessRow[] {
  return readProcesses().filter(({ parentPid, command }) => parentPid === workerPid && command.includes('engine.ts'));
}

/** A process with its children, theirs, and so on. */
export function findFamily(pid: number): ProcessRow[] {
  const processes = readProcesses();
  const family = processes.filter((row) => row.pid === pid);
  // It grows while it is read.
  for (const { pid: parent } of family) family.push(...processes.filter(({ parentPid }) => parentPid === parent));
  return family;
}

/**
 * How long a process has been running on processors. Unlike elapsed time, it hardly depends on what else the machine does. Linux only.
 */
export function processorSeconds(pid: number): number {
  const fields = readStat(pid);
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function readStat(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may contain spaces and parentheses.
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** The same of a process with all below it, and of those that have ended since it began. Linux only. */
export function familySeconds(pid: number): number {
  return findFamily(pid).reduce((sum, member) => sum + processorSeconds(member.pid), endedChildrenSeconds(pid));
}

/** That of its children which have ended, and of theirs. Linux only. */
export function endedChildrenSeconds(pid: number): number {
  const fields = readStat(pid);
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** USER_HZ, which is the same on every Linux that Node supports. */
const ticksPerSecond = 100;

function readProcesses(): ProcessRow[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return text.split('\n').flatMap((line) => {
    const [, pid, parentPid, rss, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return { pid: Number(pid), parentPid: Number(parentPid), rssBytes: Number(rss) * 1024, command: command! };
  });
}
