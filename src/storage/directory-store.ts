import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath } from './blob-path.ts';
import type { BlobKey, BlobStore, ExportKey, StagedBlob } from './blob-store.ts';
import { ignoreMissing, openStaging } from './staging.ts';

/**
 * Blobs as files below a root, see `blobPath`; any number of processes may share it. Temporary files lie on the same file
 * system, so that taking one in is a rename: never half a blob under its final name.
 */
export async function openDirectoryStore(root: string): Promise<BlobStore> {
  const staging = await openStaging(join(root, 'tmp'));
  const path = (key: BlobKey | ExportKey): string => join(root, blobPath(key));

  const moveTo = async (file: string, key: BlobKey | ExportKey): Promise<void> => {
    const target = path(key);
    await mkdir(dirname(target), { recursive: true });
    await rename(file, target);
  };

  return {
    async stage(bytes, { maxBytes }): Promise<StagedBlob> {
      const { file, ...content } = await staging.write(bytes, maxBytes);
      return {
        ...content,
        file,
        // A rename is quick enough for any transaction.
        send: async () => undefined,
        keep: async (organizationId) => {
          const key = { organizationId, sha256: content.sha256 };
          if (await exists(path(key))) await rm(file, { force: true });
          else await moveTo(file, key);
        },
        discard: () => rm(file, { force: true }),
      };
    },

    directUploads: null,

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

    link: async () => null,

    put: (key, file) => moveTo(file, key),

    temporaryFile: staging.temporaryFile,

    async remove(key) {
      const original = path(key);
      if ('exportId' in key) return rm(original, { force: true });
      const siblings = await readdir(dirname(original)).catch(ignoreMissing);
      for (const name of siblings ?? [])
        if (name === key.sha256 || name.startsWith(`${key.sha256}.`))
          await rm(join(dirname(original), name), { force: true });
    },

    sweep: staging.sweep,
  };
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(ignoreMissing)) !== null;
}
