import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loadPipelines } from '../../../src/models/load-pipelines.ts';
import { forkEngine } from '../../../workers/engines/pool/fork-engine.ts';
import { keepEngineModules } from '../../../workers/engines/pool/keep-engine-modules.ts';
import { moduleCacheDir, modulesKept } from '../../../workers/engines/pool/module-cache.ts';
import type { ToEngine } from '../../../workers/engines/protocol/messages.ts';
import { modelsDir } from './support/pools.ts';

/** When each file of the cache was written. */
async function listCache() {
  const files = (await readdir(moduleCacheDir, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  const times = files.map(
    async ({ parentPath, name }) => [name, (await stat(`${parentPath}/${name}`)).mtimeMs] as const,
  );
  return Object.fromEntries(await Promise.all(times));
}

/** An engine that ends by itself once it is ready, as when its worker is gone: only then does Node write. */
async function runEngine() {
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
  await rm(moduleCacheDir, { recursive: true, force: true });
  await runEngine();
  await expect(stat(moduleCacheDir)).rejects.toThrow('ENOENT');
  keepEngineModules();
  await vi.waitFor(() => stat(modulesKept), { timeout: 60_000, interval: 100 });
  const kept = await listCache();
  expect(Object.keys(kept).length).toBeGreaterThan(100);
  await runEngine();
  expect(await listCache()).toEqual(kept);
});
