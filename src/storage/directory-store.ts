import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BlobKey, type BlobStore, BlobTooLargeError, type ExportKey, type StagedBlob } from './blob-store.ts';

/** What `BlobKey`s are made of; anything else never becomes part of a path. */
const safePart = /^[0-9a-f-]{36}$/;
const safeHash = /^[0-9a-f]{64}$/;

/**
 * Blobs as files: `<root>/<organisation>/<first two of sha256>/<sha256>`, renditions beside them as `<sha256>.w<width>`;
 * exports as `<root>/<organisation>/exports/<id>`.
 * Temporary files lie on the same file system, so that taking one in is a rename: never half a blob under its final name.
 */
export async function openDirectoryStore(root: string): Promise<BlobStore> {
  const temporaryDir = join(root, 'tmp');
  await mkdir(temporaryDir, { recursive: true });

  const path = (key: BlobKey | ExportKey): string => {
    if ('exportId' in key) return exportPath(key);
    const { organizationId, sha256, width } = key;
    if (!safePart.test(organizationId) || !safeHash.test(sha256)) throw new Error('Not a blob key.');
    return join(root, organizationId, sha256.slice(0, 2), width === undefined ? sha256 : `${sha256}.w${Number(width)}`);
  };

  const exportPath = ({ organizationId, exportId }: ExportKey): string => {
    if (!safePart.test(organizationId) || !safePart.test(exportId)) throw new Error('Not the key of an export.');
    return join(root, organizationId, 'exports', exportId);
  };

  const moveTo = async (file: string, key: BlobKey | ExportKey): Promise<void> => {
    const target = path(key);
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
  };

  return {
    async stage(bytes, { maxBytes }): Promise<StagedBlob> {
      const file = join(temporaryDir, randomUUID());
      const { byteSize, sha256 } = await writeHashed(bytes, file, maxBytes).catch(async (error) => {
        await rm(file, { force: true });
        throw error;
      });
      return {
        sha256,
        byteSize,
        file,
        keep: async (organizationId) => {
          const key = { organizationId, sha256 };
          if (await exists(path(key))) await rm(file, { force: true });
          else await moveTo(file, key);
        },
        discard: () => rm(file, { force: true }),
      };
    },

    async localFile(key) {
      const file = path(key);
      await access(file);
      return file;
    },

    has: (key) => exists(path(key)),

    async read(key, range) {
      const file = path(key);
      const { size } = await stat(file);
      return { bytes: createReadStream(file, range), byteSize: size };
    },

    put: (key, file) => moveTo(file, key),

    temporaryFile: () => join(temporaryDir, randomUUID()),

    async remove(key) {
      const original = path(key);
      if ('exportId' in key) return rm(original, { force: true });
      const siblings = await readdir(dirname(original)).catch(ignoreMissing);
      for (const name of siblings ?? [])
        if (name === key.sha256 || name.startsWith(`${key.sha256}.`))
          await rm(join(dirname(original), name), { force: true });
    },

    async sweep(olderThanMs) {
      const limit = Date.now() - olderThanMs;
      let removed = 0;
      for (const name of await readdir(temporaryDir)) {
        const file = join(temporaryDir, name);
        const found = await stat(file).catch(ignoreMissing);
        if (!found || found.mtimeMs > limit) continue;
        await rm(file, { force: true });
        removed += 1;
      }
      return removed;
    },
  };
}

/** Writes a stream to a file, never more than `maxBytes` of it. */
async function writeHashed(
  bytes: Readable,
  file: string,
  maxBytes: number,
): Promise<{ byteSize: number; sha256: string }> {
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

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(ignoreMissing)) !== null;
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
