import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosInstallation, Kind } from './installation.ts';
import type { Random } from './random.ts';

/** Strikes, and resolves when what it broke was started or woken again. What recovers by itself may still be at it. */
export type Fault = (installation: ChaosInstallation, random: Random) => Promise<void>;

const kinds = ['api', 'worker'] as const;
/** How long something is frozen. A heartbeat takes the longest for death: others take over, and the frozen one comes back to it. */
const frozenForMs = {
  engine: [500, 3_000],
  api: [1_000, 6_000],
  worker: [1_000, 6_000, 24_000],
  database: [1_000, 5_000, 14_000],
};
const replacedAfterMs = [0, 500, 2_000];

export const faults: Record<string, Fault> = {
  'kill an engine': async ({ workers }, random) => {
    for (const pid of await random.pick(workers).enginePids()) signal(pid, 'SIGKILL');
  },
  'kill an api': (installation, random) => kill(installation, random, 'api'),
  'kill a worker': (installation, random) => kill(installation, random, 'worker'),
  'kill a backend': async (installation, random) => {
    signal(random.pick(await installation.backendPids()), 'SIGKILL');
  },
  'kill the postmaster': async (installation) => {
    signal(await installation.postmasterPid(), 'SIGKILL');
  },
  'kill everything': async (installation) => {
    const victims = kinds.flatMap((kind) => installation.members(kind).map((victim) => ({ kind, victim })));
    const pids = await installation.databasePids();
    for (const { victim } of victims) victim.kill('SIGKILL');
    for (const pid of pids) signal(pid, 'SIGKILL');
    await Promise.all(victims.map(({ kind, victim }) => installation.replace(kind, victim)));
  },
  'restart the database': async (installation) => {
    // A fast shutdown, as of an upgrade.
    signal(await installation.postmasterPid(), 'SIGINT');
  },
  'freeze an engine': async ({ workers }, random) => {
    await freeze(await random.pick(workers).enginePids(), random.pick(frozenForMs.engine));
  },
  'freeze an api': ({ apis }, random) => freeze([random.pick(apis).pid], random.pick(frozenForMs.api)),
  'freeze a worker': ({ workers }, random) => freeze([random.pick(workers).pid], random.pick(frozenForMs.worker)),
  'freeze the database': async (installation, random) => {
    await freeze(await installation.databasePids(), random.pick(frozenForMs.database));
  },
};

async function kill(installation: ChaosInstallation, random: Random, kind: Kind): Promise<void> {
  const victim = random.pick(installation.members(kind));
  victim.kill('SIGKILL');
  await delay(random.pick(replacedAfterMs));
  await installation.replace(kind, victim);
}

async function freeze(pids: readonly number[], forMs: number): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  try {
    await delay(forMs);
  } finally {
    for (const pid of pids) signal(pid, 'SIGCONT');
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
