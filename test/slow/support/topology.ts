import { onTestFinished } from 'vitest';
import { newSecret } from '../../../src/organizations/key-secret.ts';
import { startBalancingProxy } from '../../support/balancing-proxy.ts';
import { createTestDatabase } from '../../support/database.ts';
import { createInstallation, type Installation, type SightlineProcess } from '../../support/process.ts';
import { startS3Server } from '../../support/s3-server.ts';
import type { Server } from './batch.ts';
import { freePort } from './free-port.ts';
import { hasNginx, startNginx } from './nginx.ts';

/** One machine of the topology: a directory of its own, and the process that runs there at present. */
export interface Machine {
  role: 'api' | 'worker';
  process: SightlineProcess;
  /** Starts a process in place of one that has ended, as an orchestrator does. An api gets the same address. */
  restart(): Promise<void>;
}

/** The services of compose.yaml as processes: apis behind a load balancer, workers, a database and a bucket. */
export interface Topology {
  databaseUrl: string;
  /** What clients know: the load balancer. */
  server: Server;
  machines: Machine[];
}

/** Call it inside a test. */
export async function startTopology(counts: { apis: number; workers: number }): Promise<Topology> {
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const s3 = await startS3Server();
  onTestFinished(s3.close);
  const ports = await Promise.all(Array.from({ length: counts.apis }, freePort));
  const url = await balance(ports);
  const apiKey = newSecret();
  const shared = {
    ...s3.env,
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: apiKey,
    PUBLIC_URL: url,
    ENGINES: '1',
  };
  const apis = ports.map((port) => startMachine('api', { ...shared, PORT: String(port) }));
  const workers = Array.from({ length: counts.workers }, () => startMachine('worker', shared));
  return {
    databaseUrl: database.url,
    server: { url, apiKey },
    machines: await Promise.all([...apis, ...workers]),
  };
}

/** Through nginx where it is installed, as TCP otherwise. */
async function balance(ports: readonly number[]): Promise<string> {
  if (hasNginx()) return startNginx(ports);
  console.warn('nginx is not installed here, so its settings in docs/operations.md are not tested.');
  const proxy = await startBalancingProxy(ports);
  onTestFinished(proxy.close);
  return proxy.url;
}

async function startMachine(role: Machine['role'], env: Record<string, string>): Promise<Machine> {
  const installation: Installation = await createInstallation(env);
  const machine: Machine = {
    role,
    process: await installation.start(role),
    async restart() {
      await machine.process.ended;
      machine.process = await installation.start(role);
    },
  };
  return machine;
}
