import { forkProgram } from './fork-engine.ts';
import { isModuleCacheComplete, makeModuleCache, modulesKept } from './module-cache.ts';

/**
 * Has the cache of the engines' modules written when it is not complete: once after an installation or an upgrade. This takes a second of
 * processor time in another process, for which nobody waits. Where this user may not write, engines start without a cache.
 */
export function keepEngineModules(): void {
  if (isModuleCacheComplete() || !makeModuleCache()) return;
  const child = forkProgram('keep-modules.ts', 1, [modulesKept]);
  child.on('error', () => {});
  child.stderr?.destroy();
  child.channel?.unref();
  child.unref();
}
