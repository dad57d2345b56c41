import { execFileSync } from 'node:child_process';

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

function readProcesses(): ProcessRow[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return text.split('\n').flatMap((line) => {
    const [, pid, parentPid, rss, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return { pid: Number(pid), parentPid: Number(parentPid), rssBytes: Number(rss) * 1024, command: command! };
  });
}
