import { once } from 'node:events';
import { cp, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import type { ForkEngine } from '../../../workers/engines/pool/fork-engine.ts';
import type { ToEngine } from '../../../workers/engines/protocol/messages.ts';
import { projectRoot } from '../../support/readme.ts';
import { makeTestFolder, modelsDir } from './support/pools.ts';

/** A program of its own with its own cache: engines of other tests read that of this checkout. */
async function copyProgram() {
  const folder = await makeTestFolder();
  for (const name of ['src', 'workers', 'package.json', 'package-lock.json'])
    await cp(join(projectRoot, name), join(folder, name), { recursive: true });
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  const pool = join(folder, 'workers/engines/pool');
  const { forkEngine }: typeof import('../../../workers/engines/pool/fork-engine.ts') = await import(
    join(pool, 'fork-engine.ts')
  );
  const { keepEngineModules }: typeof import('../../../workers/engines/pool/keep-engine-modules.ts') = await import(
    join(pool, 'keep-engine-modules.ts')
  );
  const { moduleCacheDir, modulesKept }: typeof import('../../../workers/engines/pool/module-cache.ts') = await import(
    join(pool, 'module-cache.ts')
  );
  expect(moduleCacheDir).toBe(join(folder, '.compile-cache/engines'));
  return { forkEngine, keepEngineModules, moduleCacheDir, modulesKept };
}

/** When each file of the cache was written. */
async function listCache(folder: string) {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
  const times = files.map(
    async ({ parentPath, name }) => [name, (await stat(`${parentPath}/${name}`)).mtimeMs] as const,
  );
  return Object.fromEntries(await Promise.all(times));
}

/** An engine that ends by itself once it is ready, as when its worker is gone: only then does Node write. */
async function runEngine(forkEngine: ForkEngine) {
  const engine = forkEngine(1);
  onTestFinished(() => void engine.kill('SIGKILL'));
  engine.send({
    type: 'init',
    pipelines: (await loadPipelines(modelsDir)).filter(({ kind }) => kind === 'LABELS'),
    threads: 1,
    provider: 'cpu',
    decodingCpuMs: 10_000,
    maxImagePixels: 50_000_000,
  } satisfies ToEngine);
  const [message] = await once(engine, 'message');
  expect(message).toMatchObject({ type: 'ready' });
  engine.disconnect();
  await once(engine, 'exit');
}

test('the modules of engines are kept by another process, and engines write nothing, neither before nor after', async () => {
  const { forkEngine, keepEngineModules, moduleCacheDir, modulesKept } = await copyProgram();
  await runEngine(forkEngine);
  await expect(stat(moduleCacheDir)).rejects.toThrow('ENOENT');
  keepEngineModules();
  await vi.waitFor(() => stat(modulesKept), { timeout: 60_000, interval: 100 });
  const kept = await listCache(moduleCacheDir);
  expect(Object.keys(kept).length).toBeGreaterThan(100);
  await runEngine(forkEngine);
  expect(await listCache(moduleCacheDir)).toEqual(kept);
});
