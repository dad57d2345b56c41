import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHome } from '../../database/embedded/home.ts';

export interface DemoDataDir {
  path: string;
  /** Removes a temporary directory, and leaves a given one as it is. */
  dispose(): Promise<void>;
}

/** The given directory, which keeps the demo's data, or a temporary one, which is removed. */
export async function openDataDir(given: string | null): Promise<DemoDataDir> {
  if (given !== null) return { path: given, dispose: () => Promise.resolve() };
  const path = await mkdtemp(join(tmpdir(), 'sightline-demo-'));
  return {
    path,
    async dispose() {
      // Below a closed directory, root's database is elsewhere; see openHome.
      const home = await findHome(path);
      if (home) await rm(home.directory, { recursive: true, force: true });
      await rm(path, { recursive: true, force: true });
    },
  };
}
