import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
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

/** Each write occupies one of four threads, and costs about as much for 64 kB as for this. */
const bytesPerWrite = 512 * 1024;

/** Hashes and writes: while a thread writes, the next bytes are received and hashed. */
async function writeHashed(bytes: Readable, file: string, maxBytes: number) {
  const hash = createHash('sha256');
  let byteSize = 0;
  // The loop throws it, unless it comes while the file is opened.
  bytes.on('error', () => undefined);
  await using writer = await openWriter(file);
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    byteSize += chunk.length;
    if (byteSize > maxBytes) throw new BlobTooLargeError(maxBytes);
    hash.update(chunk);
    const full = writer.add(chunk);
    if (full) await full;
  }
  await writer.flush();
  return { byteSize, sha256: hash.digest('hex') };
}

interface Writer extends AsyncDisposable {
  /** Takes a chunk. @returns what to wait for before the next one; null: nothing */
  add(chunk: Buffer): Promise<void> | null;
  /** Resolves when everything is written. */
  flush(): Promise<void>;
}

/** A new file, written in large pieces, one at a time. */
async function openWriter(file: string): Promise<Writer> {
  const handle = await open(file, 'wx');
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const write = async () => {
    await writing;
    const pieces = pending;
    pending = [];
    pendingBytes = 0;
    // Unlike writev, it goes on when the system writes only a part.
    writing = handle.writeFile(Buffer.concat(pieces));
    // Its error is thrown where it is awaited, which may be later than now.
    writing.catch(() => undefined);
  };
  return {
    add(chunk) {
      pending.push(chunk);
      pendingBytes += chunk.length;
      return pendingBytes < bytesPerWrite ? null : write();
    },
    async flush() {
      await write();
      await writing;
    },
    async [Symbol.asyncDispose]() {
      await writing.catch(() => undefined);
      await handle.close();
    },
  };
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
