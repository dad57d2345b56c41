import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
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
        // If the directory cannot be used, nothing was written; any other file that is left is swept later.
        await rm(file, { force: true }).catch(() => undefined);
        throw isGone(error) ? directoryGone(directory, error) : diskTrouble(error);
      }
    },

    isThere: async () => (await stat(directory).catch(ignoreMissing)) !== null,

    async sweep(olderThanMs) {
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
    },
  };
}

async function writeHashed(bytes: Readable, file: string, maxBytes: number) {
  const hash = createHash('sha256');
  let byteSize = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      byteSize += chunk.length;
      if (byteSize > maxBytes) return done(new BlobTooLargeError(maxBytes));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(bytes, meter, createWriteStream(file, { flags: 'wx' }));
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
