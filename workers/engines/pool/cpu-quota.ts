import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** The number of engines and their threads, so that together they use the processors that this process may use. */
export interface EnginePlan {
  engines: number;
  threads: number;
}

/**
 * Fills in what the operator did not set (null). One engine with all threads, up to four: this has the lowest latency for a single
 * picture, loads the models once, and has the same throughput as one engine per core, measured on two cores. Beyond four threads,
 * runs of these small models hardly get faster, so there are more engines instead.
 */
export function planEngines(cpus: number, engines: number | null, threads: number | null): EnginePlan {
  const perEngine = threads ?? Math.max(1, Math.min(4, Math.floor(cpus / (engines ?? 1))));
  return { engines: engines ?? Math.max(1, Math.floor(cpus / perEngine)), threads: perEngine };
}

/**
 * Processors this process may use: its affinity, and the CPU quota of its control group when that is less. Without the quota, a
 * container limited to 2 of 64 cores would start 64 threads and be throttled. root is "/" except in tests.
 */
export function countCpus(root = '/', available = availableParallelism()): number {
  const quotas = [...quotasV2(root), quotaV1(root)].filter((quota) => quota !== null);
  return Math.max(1, Math.floor(Math.min(available, ...quotas)));
}

/** A group is limited by its own quota and by those of the groups above it. */
function quotasV2(root: string): (number | null)[] {
  const group = read(join(root, 'proc/self/cgroup'))?.match(/^0::(\/.*)$/m)?.[1] ?? '/';
  const quotas: (number | null)[] = [];
  for (let path = group; ; path = dirname(path)) {
    const [quota, period] = (read(join(root, 'sys/fs/cgroup', path, 'cpu.max')) ?? 'max').trim().split(' ');
    quotas.push(quota === 'max' ? null : Number(quota) / Number(period));
    if (path === '/') return quotas;
  }
}

function quotaV1(root: string): number | null {
  const quota = Number(read(join(root, 'sys/fs/cgroup/cpu/cpu.cfs_quota_us')) ?? -1);
  const period = Number(read(join(root, 'sys/fs/cgroup/cpu/cpu.cfs_period_us')) ?? -1);
  return quota > 0 && period > 0 ? quota / period : null;
}

/** null if the file does not exist: not Linux, or the other version of control groups. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
