import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { promisify } from 'node:util';

/** What a process uses, measured from outside, because the process itself may be the fault. */
export interface Usage {
  memoryBytes: number;
  /** Since its start, of all its threads. */
  cpuSeconds: number;
}

/** Linux's unit of processor time in /proc on every platform that Node supports. */
const ticksPerSecond = 100;

/** null: the process has ended, or the system (Windows) does not tell. */
export async function readUsage(pid: number): Promise<Usage | null> {
  try {
    if (process.platform === 'linux') return await readProc(pid);
    return process.platform === 'win32' ? null : await askPs(pid);
  } catch {
    return null;
  }
}

async function readProc(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'latin1'),
    readFile(`/proc/${pid}/status`, 'latin1'),
  ]);
  // The second field is the program's name in parentheses, which may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const memory = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  return { memoryBytes: memory, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond };
}

async function askPs(pid: number): Promise<Usage> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [kilobytes, time] = stdout.trim().split(/\s+/);
  const cpuSeconds = (time ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { memoryBytes: Number(kilobytes) * 1024, cpuSeconds };
}
