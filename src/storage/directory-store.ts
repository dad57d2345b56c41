import { createReadStream } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blobPath, incomingFolder } from './blob-path.ts';
import { type BlobStore, type FileKey, type StagedBlob, StoreUnavailableError } from './blob-store.ts';
import { onDisk } from './disk-trouble.ts';
import { ignoreMissing, openStaging, sweepFolder } from './staging.ts';

/**
 * Blobs as files below a root, see `blobPath`; any number of processes may share it. Temporary files are on the same file system,
 * so storing one is a rename: there is never half a blob under its final name. Errors of the disk are StoreUnavailableErrors.
 */
export async function openDirectoryStore(root: string): Promise<BlobStore> {
  const staging = await openStaging(join(root, 'tmp'));
  const path = (key: FileKey): string => join(root, blobPath(key));

  const moveTo = async (file: string, key: FileKey): Promise<void> => {
    const target = path(key);
    try {
      await rename(file, target);
    } catch (error) {
      // An organisation has at most 256 folders, so nearly always it exists.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(dirname(target), { recursive: true });
      await rename(file, target);
    }
  };

  /** A file counts as missing only while the root exists: otherwise its disk is not mounted. */
  const onMountedDisk = <T>(work: () => Promise<T>): Promise<T> =>
    onDisk(async () => {
      try {
        return await work();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || (await staging.isThere())) throw error;
        throw new StoreUnavailableError(
          `The directory ${root} no longer exists. Mount its disk, or restart Sightline.`,
          {
            cause: error,
          },
        );
      }
    });

  return {
    location: root,

    linkOrigins: [],

    async stage(bytes, { maxBytes }): Promise<StagedBlob> {
      const { file, ...content } = await staging.write(bytes, maxBytes);
      let isKept = false;
      return {
        ...content,
        file,
        // A rename is quick enough for any transaction.
        send: async () => undefined,
        keep: (organizationId) =>
          onMountedDisk(async () => {
            const key = { organizationId, sha256: content.sha256 };
            if (await exists(path(key))) await rm(file, { force: true });
            else await moveTo(file, key);
            isKept = true;
          }),
        discard: async () => {
          if (!isKept) await rm(file, { force: true });
        },
      };
    },

    directUploads: null,

    localFile: (key) =>
      onMountedDisk(async () => {
        const file = path(key);
        await access(file);
        return file;
      }),

    has: (key) => onMountedDisk(() => exists(path(key))),

    read: (key, range) =>
      onMountedDisk(async () => {
        const file = path(key);
        const { size } = await stat(file);
        return { bytes: createReadStream(file, range), byteSize: size };
      }),

    link: async () => null,

    put: (key, file) => onMountedDisk(() => moveTo(file, key)),

    temporaryFile: staging.temporaryFile,

    remove: (key) =>
      onDisk(async () => {
        const original = path(key);
        if (!('sha256' in key) || key.derived !== undefined) return rm(original, { force: true });
        await removeBeginning(dirname(original), `${key.sha256}.`);
        await rm(original, { force: true });
      }),

    removeDerived: (key, beginning) => onDisk(() => removeBeginning(dirname(path(key)), `${key.sha256}.${beginning}`)),

    sweep: (olderThanMs) => onDisk(() => staging.sweep(olderThanMs)),

    // Bytes that arrive in one request are temporary files; pieces are here.
    sweepIncoming: (organizationId, olderThanMs) =>
      onDisk(async () => {
        const folder = join(root, incomingFolder(organizationId));
        return (await sweepFolder(folder, olderThanMs).catch(ignoreMissing)) ?? 0;
      }),
  };
}

/** Removes the files of a directory whose names begin like this. */
async function removeBeginning(directory: string, beginning: string): Promise<void> {
  const names = (await readdir(directory).catch(ignoreMissing)) ?? [];
  for (const name of names) if (name.startsWith(beginning)) await rm(join(directory, name), { force: true });
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(ignoreMissing)) !== null;
}
