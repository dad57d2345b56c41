import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes DATA_DIR when it is absent. Directories above it that were absent, too, may be passed through by every user, whatever the umask:
 * started by root, the database runs as another one. DATA_DIR itself is opened only then (see openHome).
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  const absolute = path.resolve(dataDir);
  const first = await mkdir(absolute, { recursive: true });
  if (first === undefined) return;
  for (let above = path.dirname(absolute); above.length >= first.length; above = path.dirname(above))
    await chmod(above, 0o711);
}
