import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BlobTooLargeError, StoreUnavailableError } from './blob-store.ts';
import { diskTrouble } from './disk-trouble.ts';

/** Bytes that have arrived completely. */
export interface StagedFile {
  file: string;
  sha256: string;
  byteSize: number;
}

/** A directory for files that do not belong to anything yet. */
export interface Staging {
  /** A new path in it. */
  temporaryFile(): string;
  /** Streams bytes to a new file, never more than `maxBytes` of them. @throws BlobTooLargeError, StoreUnavailableError */
  write(bytes: Readable, maxBytes: number): Promise<StagedFile>;
  /** Whether the directory still exists. */
  isThere(): Promise<boolean>;
  /** Removes older files, which a crash has left. @returns how many */
  sweep(olderThanMs: number): Promise<number>;
}

/** Creates the directory if it does not exist. */
export async function openStaging(directory: string): Promise<Staging> {
  await mkdir(directory, { recursive: true });
  const temporaryFile = () => join(directory, randomUUID());
  return {
    temporaryFile,

    async write(bytes, maxBytes) {
      const file = temporaryFile();
      try {
        return { file, ...(await writeHashed(bytes, file, maxBytes)) };
      } catch (error) {
        bytes.destroy();
        // If the directory cannot be used, nothing was written; any other file that is left is swept later.
        await rm(file, { force: true }).catch(() => undefined);
        throw isGone(error) ? directoryGone(directory, error) : diskTrouble(error);
      }
    },

    isThere: async () => (await stat(directory).catch(ignoreMissing)) !== null,

    sweep: (olderThanMs) => sweepFolder(directory, olderThanMs),
  };
}

/** Removes the files of a directory that were last changed this long ago. @returns how many */
export async function sweepFolder(directory: string, olderThanMs: number): Promise<number> {
  const limit = Date.now() - olderThanMs;
  let removed = 0;
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    const found = await stat(file).catch(ignoreMissing);
    if (!found || found.mtimeMs > limit) continue;
    await rm(file, { force: true });
    removed += 1;
  }
  return removed;
}

/** What gathers while a thread writes, and is written next. Each write occupies one of four threads, and costs about as much for 64 kB. */
const bytesPerWrite = 512 * 1024;

/**
 * Hashes and writes: while a thread writes, the next bytes are received and hashed. Events instead of an iterator, which would copy what
 * has gathered into one buffer.
 */
async function writeHashed(bytes: Readable, file: string, maxBytes: number) {
  const hash = createHash('sha256');
  let byteSize = 0;
  const target = createWriteStream(file, { flags: 'wx', highWaterMark: bytesPerWrite });
  // Until then the file may still be created.
  const closed = new Promise<void>((resolve) => target.once('close', () => resolve()));
  bytes.on('data', (chunk: Buffer) => {
    byteSize += chunk.length;
    // Not the source: some report an error of their own when they are destroyed.
    if (byteSize > maxBytes) target.destroy(new BlobTooLargeError(maxBytes));
    else hash.update(chunk);
  });
  try {
    await pipeline(bytes, target);
  } finally {
    await closed;
  }
  return { byteSize, sha256: hash.digest('hex') };
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** It was created at the start: either its disk is no longer mounted, or someone has deleted it. */
function directoryGone(directory: string, cause: unknown): StoreUnavailableError {
  return new StoreUnavailableError(
    `The directory ${directory} no longer exists. Mount its disk, or restart Sightline.`,
    { cause },
  );
}

/** For `catch`: null instead of an error for a file that is not there. */
export function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
