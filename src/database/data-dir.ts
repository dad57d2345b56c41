import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Creates DATA_DIR if absent. Parent directories that it creates can be traversed by every user, whatever the umask, because the
 * database runs as another user when root starts it. DATA_DIR itself is opened only in that case (see openHome).
 */
export async function makeDataDir(dataDir: string): Promise<void> {
  const absolute = path.resolve(dataDir);
  const first = await mkdir(absolute, { recursive: true });
  if (first === undefined) return;
  for (let above = path.dirname(absolute); above.length >= first.length; above = path.dirname(above))
    await chmod(above, 0o711);
}
