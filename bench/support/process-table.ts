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

/**
 * How long a process has been running on processors. Unlike elapsed time, it hardly depends on what else the machine does. Linux only.
 */
export function processorSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may contain spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
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
