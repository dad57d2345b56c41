import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { type EnginePool, type EnginePoolOptions, startEnginePool } from '../../../../workers/engines/pool/pool.ts';

export const modelsDir = fileURLToPath(new URL('../../../../models', import.meta.url));

const defaults: EnginePoolOptions = {
  modelsDir,
  engines: 1,
  threads: 1,
  maxImagePixels: 50_000_000,
  queueLimit: 100,
  logger: pino({ level: 'silent' }),
};

/** A pool that its caller closes. */
export function startPoolForFile(options: Partial<EnginePoolOptions> = {}): EnginePool {
  return startEnginePool({ ...defaults, ...options });
}

/** A pool that the end of the test closes. */
export function startTestPool(options: Partial<EnginePoolOptions> = {}): EnginePool {
  const pool = startPoolForFile(options);
  onTestFinished(() => pool.close(0));
  return pool;
}

/** A pool of fake engines; see fake-engine.ts. */
export function startFakePool(options: Partial<EnginePoolOptions> = {}): EnginePool {
  const program = fileURLToPath(new URL('./fake-engine.ts', import.meta.url));
  return startTestPool({ ...options, fork: () => fork(program, { serialization: 'advanced', execArgv: [] }) });
}

/** A pool whose engine process runs this program text; starts: how often one was started. */
export function startPoolOfProgram(
  program: string,
  logger = defaults.logger,
): { pool: EnginePool; starts: () => number } {
  let starts = 0;
  const fork = () => {
    starts += 1;
    return forkText(program);
  };
  return { pool: startTestPool({ fork, logger }), starts: () => starts };
}

/** A pool of fake engines: the first start is well, the next `failures` die before they are ready, then all is well again. */
export function startPoolThatFailsLater(failures: number): EnginePool {
  const program = fileURLToPath(new URL('./fake-engine.ts', import.meta.url));
  let starts = 0;
  return startTestPool({
    fork: () => {
      starts += 1;
      if (starts > 1 && starts <= 1 + failures) return forkText('process.exit(7)');
      return fork(program, { serialization: 'advanced', execArgv: [] });
    },
  });
}

function forkText(program: string): ChildProcess {
  return fork('-', {
    execArgv: ['--input-type=module', '--eval', program],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** A folder that the end of the test removes. */
export async function makeTestFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-engine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
