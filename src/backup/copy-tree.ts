import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type Dirent } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BackedUpFile } from './manifest.ts';

/** Is told the size of each file that was copied or read. */
export type OnFile = (byteSize: number) => void;

/**
 * Copies a directory that others change meanwhile: a file that disappears is left out.
 * @param prefix of the paths of what is returned
 * @param onFile called after each file; what it throws ends the copy
 * @param isWanted by path relative to `from`, with slashes; what is below an unwanted directory is not looked at
 */
export async function copyTree(
  from: string,
  to: string,
  prefix: string,
  onFile: OnFile,
  isWanted: (relative: string) => boolean = () => true,
): Promise<BackedUpFile[]> {
  const copied: BackedUpFile[] = [];
  const visit = async (below: string): Promise<void> => {
    await mkdir(path.join(to, below), { recursive: true, mode: 0o700 });
    for (const entry of await list(path.join(from, below))) {
      const relative = path.posix.join(below, entry.name);
      if (!isWanted(relative)) continue;
      if (entry.isDirectory()) await visit(relative);
      else if (entry.isFile()) {
        const file = await copyFile(path.join(from, relative), path.join(to, relative));
        if (!file) continue;
        copied.push({ path: path.posix.join(prefix, relative), ...file });
        onFile(file.byteSize);
      }
    }
  };
  await visit('');
  return copied;
}

async function list(directory: string): Promise<Dirent[]> {
  return readdir(directory, { withFileTypes: true }).catch(orNothing([]));
}

/** Copies and hashes in one pass. null: it has disappeared. */
export async function copyFile(from: string, to: string): Promise<Omit<BackedUpFile, 'path'> | null> {
  const hash = createHash('sha256');
  let byteSize = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      byteSize += chunk.length;
      done(null, chunk);
    },
  });
  const result = pipeline(createReadStream(from), count, createWriteStream(to, { mode: 0o600 }));
  return result.then(() => ({ byteSize, sha256: hash.digest('hex') })).catch(orNothing(null));
}

export async function hashFile(file: string): Promise<Omit<BackedUpFile, 'path'> | null> {
  const hash = createHash('sha256');
  let byteSize = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      byteSize += chunk.length;
    }
  } catch (error) {
    return orNothing(null)(error);
  }
  return { byteSize, sha256: hash.digest('hex') };
}

function orNothing<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing;
    throw error;
  };
}
